// An unmodified oidc-client-ts in real Chromium, on a page of another origin: whatever the browser's rules forbid fails here.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { freePort, startServer } from './server.mjs'

let server, pages, browser, spa, stranger

before(async () => {
  const script = await readFile(createRequire(import.meta.url).resolve('oidc-client-ts').replace(/dist\/.*/, 'dist/browser/oidc-client-ts.min.js'))
  const port = await freePort()
  pages = createServer((request, response) => {
    const isScript = request.url === '/oidc-client-ts.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    response.end(isScript ? script : '<!doctype html><title>Application</title><script src="/oidc-client-ts.js"></script>')
  }).listen(port, '127.0.0.1')
  spa = `http://spa.localhost:${port}`
  stranger = `http://stranger.localhost:${port}`
  server = await startServer({
    applications: [{
      client_id: 'spa', name: 'Application', type: 'spa', connections: ['x'],
      redirect_uris: [`${spa}/callback`], post_logout_redirect_uris: [`${spa}/`], allowed_origins: [spa],
    }],
    connections: [{ slug: 'x', kind: 'x', name: 'X' }],
  }, ['id.localhost', 'x.localhost'])
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'] })
})
after(async () => {
  await browser?.close()
  pages?.close()
  await server?.stop()
})

/** A page of the application with a manager of its own. */
const manager = (page, extra = {}) => page.evaluate((settings) => { window.manager = new oidc.UserManager(settings) }, {
  authority: server.issuer, client_id: 'spa', redirect_uri: `${spa}/callback`, post_logout_redirect_uri: `${spa}/`,
  scope: 'openid profile email offline_access', loadUserInfo: true, monitorSession: false, automaticSilentRenew: false, revokeTokenTypes: ['refresh_token'], ...extra,
})

async function signIn(page, extra) {
  await page.goto(`${spa}/`)
  await manager(page, extra)
  await page.evaluate(() => { window.manager.signinRedirect({ state: { from: '/basket' } }) })
  await page.locator('[data-connection=x]').click()
  await page.locator('button[name=person][value=ada]').click()
  for (const answer of [page.waitForURL(`${spa}/callback?**`), page.locator('main[data-page=S30]').waitFor()]) answer.catch(() => {})
  await page.waitForFunction(() => location.pathname === '/callback' || document.querySelector('main[data-page=S30]'))
  if (await page.locator('main[data-page=S30]').count()) await page.locator('main form button').first().click()
  await page.waitForURL(`${spa}/callback?**`)
  await manager(page, extra)
  return page.evaluate(async () => JSON.parse(JSON.stringify(await window.manager.signinRedirectCallback())))
}

test('signs in, renews, reads userinfo, revokes and signs out across origins', async () => {
  const page = await browser.newPage()
  const user = await signIn(page)
  assert.equal(user.profile.iss, server.issuer)
  assert.equal(typeof user.profile.x_id, 'string') // from userinfo
  assert.equal(typeof user.profile.email_verified, 'boolean')

  const renewed = await page.evaluate(async () => JSON.parse(JSON.stringify(await window.manager.signinSilent())))
  assert.equal(renewed.profile.sub, user.profile.sub)
  assert.notEqual(renewed.access_token, user.access_token)
  assert.notEqual(renewed.refresh_token, user.refresh_token)

  await page.evaluate(() => window.manager.revokeTokens())
  const status = await page.evaluate(async ([url, token]) => (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status, [`${server.issuer}/oauth2/userinfo`, renewed.access_token])
  assert.equal(status, 401)

  await page.evaluate(() => { window.manager.signoutRedirect() })
  await page.waitForURL((url) => url.origin === spa && url.pathname === '/')
  await page.goto(`${server.issuer}/oauth2/authorize?${new URLSearchParams({
    client_id: 'spa', redirect_uri: `${spa}/callback`, response_type: 'code', scope: 'openid', prompt: 'none', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256',
  })}`)
  assert.equal(new URL(page.url()).searchParams.get('error'), 'login_required')
  await page.close()
})

test('a page of an unregistered origin reads metadata and keys and nothing else', async () => {
  const page = await browser.newPage()
  await page.goto(`${stranger}/`)
  const reads = (path, init = {}) => page.evaluate(([url, options]) => fetch(url, options).then(() => true, () => false), [server.issuer + path, init])
  for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/oauth2/jwks']) assert.equal(await reads(path), true, path)
  for (const path of ['/oauth2/token', '/oauth2/revoke', '/oauth2/par']) assert.equal(await reads(path, { method: 'POST', body: 'x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }), false, path)
  assert.equal(await reads('/oauth2/userinfo', { headers: { authorization: 'Bearer x' } }), false)
  for (const path of ['/oauth2/introspect', '/oauth2/authorize', '/oauth2/logout', '/signin']) assert.equal(await reads(path, { method: path.includes('introspect') ? 'POST' : 'GET' }), false, path)
  await page.close()
})

test('a page of the registered origin may call the endpoints of clients, never introspection or pages', async () => {
  const page = await browser.newPage()
  await page.goto(`${spa}/`)
  const status = (path, init = {}) => page.evaluate(([url, options]) => fetch(url, options).then((answer) => answer.status, () => 0), [server.issuer + path, init])
  for (const path of ['/oauth2/token', '/oauth2/revoke', '/oauth2/par']) assert.equal(await status(path, { method: 'POST', body: new URLSearchParams({ client_id: 'nobody' }).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } }), 401, path)
  assert.equal(await status('/oauth2/userinfo', { headers: { authorization: 'Bearer x' } }), 401)
  for (const path of ['/oauth2/introspect', '/oauth2/authorize', '/oauth2/logout', '/signin']) assert.equal(await status(path), 0, path)
  await page.close()
})
