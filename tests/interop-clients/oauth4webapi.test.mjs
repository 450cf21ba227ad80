// An unmodified oauth4webapi, which checks every answer to the letter of the specifications.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { startServer } from './server.mjs'
import { walk } from './walk.mjs'

const redirectUri = 'http://127.0.0.1:9/callback'
const secret = 'interop-secret-0123456789-abcdefghijklmnopqrstuvwxyz'
const api = 'https://api.interop.test'
const insecure = { [oauth.allowInsecureRequests]: true } // loopback without TLS
let server, as, keyPair

const confidential = { redirect_uris: [redirectUri], grant_types: ['authorization_code', 'refresh_token', 'client_credentials'], resources: [api], connections: ['x'] }
const clients = {
  basic: { auth: () => oauth.ClientSecretBasic(secret), resource: { client_secret: secret } },
  post: { auth: () => oauth.ClientSecretPost(secret), resource: { client_secret: secret, token_endpoint_auth_method: 'client_secret_post' } },
  hmac: { auth: () => oauth.ClientSecretJwt(secret), resource: { client_secret: secret, token_endpoint_auth_method: 'client_secret_jwt' } },
  key: { auth: () => oauth.PrivateKeyJwt({ key: keyPair.privateKey, kid: 'k1' }), resource: { token_endpoint_auth_method: 'private_key_jwt' } },
}

before(async () => {
  keyPair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keyPair.publicKey)
  clients.key.resource.jwks = { keys: [{ kty, crv, x, y, kid: 'k1', alg: 'ES256', use: 'sig' }] }
  server = await startServer({
    applications: [
      ...Object.entries(clients).map(([client_id, { resource }]) => ({ client_id, name: client_id, ...confidential, ...resource })),
      { client_id: 'native', name: 'Native', type: 'native', redirect_uris: [redirectUri], connections: ['x'] },
    ],
    connections: [{ slug: 'x', kind: 'x', name: 'X' }],
  })
  const issuer = new URL(server.issuer)
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
})
after(() => server?.stop())

async function signIn(client, auth, { push = false, scope = 'openid profile email offline_access' } = {}) {
  const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()]
  let parameters = new URLSearchParams({
    client_id: client.client_id, redirect_uri: redirectUri, response_type: 'code', scope, state, nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })
  if (push) {
    const pushed = await oauth.processPushedAuthorizationResponse(as, client, await oauth.pushedAuthorizationRequest(as, client, auth, parameters, insecure))
    parameters = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri })
  }
  const answer = await walk(`${as.authorization_endpoint}?${parameters}`, redirectUri)
  const response = await oauth.authorizationCodeGrantRequest(as, client, auth, oauth.validateAuthResponse(as, client, answer, state), redirectUri, verifier, insecure)
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce, requireIdToken: true })
  await oauth.validateApplicationLevelSignature(as, response, insecure)
  return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens) }
}

for (const client_id of ['basic', 'post', 'hmac', 'key']) {
  test(`${client_id}: pushed request, code flow, userinfo, refresh, introspection, revocation`, async () => {
    const [client, auth] = [{ client_id }, clients[client_id].auth()]
    const { tokens, claims } = await signIn(client, auth, { push: true })

    const userinfo = await oauth.processUserInfoResponse(as, client, claims.sub, await oauth.userInfoRequest(as, client, tokens.access_token, insecure))
    assert.equal(typeof userinfo.email_verified, 'boolean') // not the text of one
    assert.equal(typeof userinfo.x_id, 'string')

    const response = await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token, insecure)
    const renewed = await oauth.processRefreshTokenResponse(as, client, response)
    assert.equal(oauth.getValidatedIdTokenClaims(renewed).sub, claims.sub)
    assert.notEqual(renewed.refresh_token, tokens.refresh_token)

    const introspect = async (token) => oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, auth, token, insecure))
    const live = await introspect(renewed.access_token)
    assert.deepEqual([live.active, live.client_id, live.sub], [true, client_id, claims.sub])
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, renewed.refresh_token, insecure))
    assert.deepEqual(await introspect(renewed.access_token), { active: false })
    await assert.rejects(async () => oauth.processUserInfoResponse(as, client, claims.sub, await oauth.userInfoRequest(as, client, renewed.access_token, insecure)), { name: 'WWWAuthenticateChallengeError' })
    await assert.rejects(async () => oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, auth, renewed.refresh_token, insecure)), { error: 'invalid_grant' })
  })

  test(`${client_id}: client credentials give an access token of RFC 9068`, async () => {
    const [client, auth] = [{ client_id }, clients[client_id].auth()]
    const response = await oauth.clientCredentialsGrantRequest(as, client, auth, { resource: api }, insecure)
    const tokens = await oauth.processClientCredentialsResponse(as, client, response)
    assert.equal(tokens.id_token, undefined)
    assert.equal(tokens.refresh_token, undefined)
    const request = new Request('https://api.interop.test/orders', { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const claims = await oauth.validateJwtAccessToken(as, request, api, insecure)
    assert.equal(claims.sub, `client:${client_id}`)
  })
}

test('public client: code flow with PKCE, an ID token for the sign-out address', async () => {
  const { tokens, claims } = await signIn({ client_id: 'native' }, oauth.None(), { scope: 'openid profile' })
  assert.equal(tokens.token_type, 'bearer')
  assert.equal(claims.iss, server.issuer)
  const out = await fetch(`${as.end_session_endpoint}?${new URLSearchParams({ id_token_hint: tokens.id_token })}`, { redirect: 'manual' })
  assert.ok(out.status < 500)
})

test('a wrong secret and a foreign key are invalid_client', async () => {
  const foreign = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const wrong = 'wrong-secret-0123456789-abcdefghijklmnopqrstuvwxyz'
  for (const [client_id, auth] of [['basic', oauth.ClientSecretBasic(wrong)], ['hmac', oauth.ClientSecretJwt(wrong)], ['key', oauth.PrivateKeyJwt({ key: foreign.privateKey, kid: 'k1' })]]) {
    const response = await oauth.clientCredentialsGrantRequest(as, { client_id }, auth, {}, insecure)
    assert.equal(response.status, 401)
    const { error } = await response.json()
    assert.equal(error, 'invalid_client')
  }
})
