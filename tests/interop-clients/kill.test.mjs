// The program is killed while it answers refreshes. Whatever was written before it died, each client asks once more and loses nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { startServer } from './server.mjs'
import { walk } from './walk.mjs'

const redirectUri = 'http://127.0.0.1:9/callback'
const secret = 'interop-secret-0123456789-abcdefghijkl'
const [families, rounds] = [8, 5]
let server

before(async () => {
  server = await startServer({
    applications: [{ client_id: 'shop', name: 'Shop', client_secret: secret, redirect_uris: [redirectUri], connections: ['x'] }],
    connections: [{ slug: 'x', kind: 'x', name: 'X' }],
  })
})
after(() => server?.stop())

async function post(path, form) {
  const headers = { authorization: `Basic ${Buffer.from(`shop:${secret}`).toString('base64')}` }
  const response = await fetch(server.issuer + path, { method: 'POST', headers, body: new URLSearchParams(form) })
  return response.json()
}
const refresh = (refresh_token) => post('/oauth2/token', { grant_type: 'refresh_token', refresh_token })

async function signIn() {
  const verifier = oauth.generateRandomCodeVerifier()
  const answer = await walk(`${server.issuer}/oauth2/authorize?${new URLSearchParams({
    client_id: 'shop', redirect_uri: redirectUri, response_type: 'code', scope: 'openid offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })}`, redirectUri)
  return (await post('/oauth2/token', { grant_type: 'authorization_code', code: answer.searchParams.get('code'), redirect_uri: redirectUri, code_verifier: verifier })).refresh_token
}

test(`a refresh that the program was killed in is asked for again and succeeds, ${families * rounds} times`, async (t) => {
  let tokens = await Promise.all(Array.from({ length: families }, signIn))
  let lost = 0
  for (let round = 0; round < rounds; round++) {
    const asked = tokens.map((token) => refresh(token).catch(() => null))
    await new Promise((resolve) => { setTimeout(resolve, round * 6) })
    await server.kill()
    const answers = await Promise.all(asked)
    await server.run()
    const again = await Promise.all(tokens.map(refresh))
    for (const [i, answer] of again.entries()) {
      assert.equal(answer.error, undefined, `round ${round}, family ${i}`)
      // Whoever did get the first answer holds the same successor: one family, one live token.
      if (answers[i]?.refresh_token) assert.equal(answer.refresh_token, answers[i].refresh_token)
      else lost++
      assert.equal((await post('/oauth2/introspect', { token: answer.access_token })).active, true)
    }
    tokens = again.map((answer) => answer.refresh_token)
  }
  t.diagnostic(`${lost} of ${families * rounds} answers were lost`)
  assert.ok(lost > 0, 'the program always answered before it was killed')
})
