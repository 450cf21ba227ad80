// A complete sign-in with the published openid-client: discovery, code flow with PKCE, ID token, userinfo.
// A person would use a browser between the two halves; here `browse` does what the browser would.
import * as oidc from 'openid-client'

const {
  ISSUER = 'http://127.0.0.1:7400',
  CLIENT_ID = 'demo',
  CLIENT_SECRET,
  REDIRECT_URI = 'http://127.0.0.1:7402/callback',
  PERSON = 'ada',
} = process.env

const PATIENCE = 15_000
const isLoopback = ({ hostname }) => ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)

async function signIn() {
  if (!CLIENT_SECRET) throw new Error('CLIENT_SECRET is not set')

  const issuer = new URL(ISSUER)
  const execute = [oidc.enableNonRepudiationChecks] // verify the ID token's signature even though it came straight from the server
  if (issuer.protocol === 'http:' && isLoopback(issuer)) execute.push(oidc.allowInsecureRequests)
  const config = await oidc.discovery(issuer, CLIENT_ID, undefined, oidc.ClientSecretBasic(CLIENT_SECRET), { execute, timeout: PATIENCE / 1000 })

  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const expectedState = oidc.randomState()
  const expectedNonce = oidc.randomNonce()
  const start = oidc.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  })

  const answer = await browse(start)

  const tokens = await oidc.authorizationCodeGrant(config, answer, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true })
  const claims = tokens.claims()
  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
  return { claims, userinfo }
}

/** Follows redirects and presses buttons until the browser would arrive at the application. */
async function browse(start) {
  const cookies = cookieJar()
  let request = { url: start, method: 'GET' }
  for (let step = 0; step < 30; step++) {
    if (isApplication(request.url)) return request.url

    const response = await fetch(request.url, {
      method: request.method,
      body: request.body,
      // A browser names the page's origin when it posts a form, and servers may insist on it.
      headers: { accept: 'text/html', cookie: cookies.for(request.url), ...(request.method === 'POST' && { origin: request.from }) },
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE),
    })
    cookies.keep(request.url, response)

    const location = response.headers.get('location')
    const page = await response.text()
    if (location && response.status >= 300 && response.status < 400) {
      const keepsMethod = response.status === 307 || response.status === 308
      request = { ...(keepsMethod ? request : { method: 'GET' }), url: nameThePerson(new URL(location, request.url)) }
    } else {
      request = press(buttonOf(page, request.url, response.status), request.url)
    }
  }
  throw new Error('the sign-in did not reach the application within 30 steps')
}

const isApplication = (url) => url.origin + url.pathname === new URL(REDIRECT_URI).origin + new URL(REDIRECT_URI).pathname

/** The X sandbox lives on an origin of its own and takes the person from the query instead of asking. */
function nameThePerson(url) {
  if (url.origin !== new URL(ISSUER).origin && !isApplication(url)) url.searchParams.set('sandbox_person', PERSON)
  return url
}

/** Pages without a choice for this script: leaving for X, "create my account", consent. Their first button is the main one. */
const SAY_YES = ['S05', 'S10', 'S30']

function buttonOf(page, url, status) {
  const main = attributes(page.match(/<main\b[^>]*>/i)?.[0] ?? '')
  const forms = [...page.matchAll(/(<form\b[^>]*>)(.*?)<\/form>/gis)].map(([, tag, inside]) => ({
    form: attributes(tag),
    inputs: [...inside.matchAll(/<input\b[^>]*>/gi)].map(([input]) => attributes(input)),
    buttons: [...inside.matchAll(/<button\b[^>]*>/gi)].map(([button]) => attributes(button)),
  }))
  const choices = forms.flatMap(({ form, inputs, buttons }) => buttons.map((button) => ({ form, inputs, button })))
  // A page that says what went wrong also offers another try; a script stops there and says so.
  const failed = main['data-error'] !== undefined
  const choice = failed ? undefined : SAY_YES.includes(main['data-page']) ? choices[0] : choices.find(({ button }) => button['data-connection'] === 'x')
  if (choice) return choice

  const error = main['data-error'] ? `, error ${main['data-error']}` : ''
  const support = page.match(/<code\b[^>]*data-support-code[^>]*>([^<]*)/i)?.[1]
  const code = support ? `, support code ${support}` : ''
  throw new Error(`stopped at ${url.origin}${url.pathname}: status ${status}, page ${main['data-page'] ?? 'unknown'}${error}${code}`)
}

function press({ form, inputs, button }, page) {
  const fields = new URLSearchParams()
  for (const input of inputs) {
    const unticked = /^(checkbox|radio)$/i.test(input.type) && !('checked' in input)
    const silent = unticked || 'disabled' in input || /^(submit|image|button|reset)$/i.test(input.type)
    if (input.name && !silent) fields.append(input.name, input.value ?? '')
  }
  if (button.name) fields.append(button.name, button.value ?? '')

  const url = new URL(button.formaction || form.action || page.href, page)
  const method = (button.formmethod || form.method || 'get').toUpperCase()
  if (method === 'POST') return { url, method, body: fields, from: page.origin }
  url.search = fields
  return { url: nameThePerson(url), method: 'GET' }
}

function attributes(tag) {
  const found = {}
  for (const [, name, , double, single, bare] of tag.replace(/^<\w+/, '').matchAll(/([^\s=>/"']+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)) {
    found[name.toLowerCase()] ??= decode(double ?? single ?? bare ?? '')
  }
  return found
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const decode = (text) =>
  text.replace(/&(?:#x([\da-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi, (_, hex, decimal, name) =>
    name ? ENTITIES[name.toLowerCase()] : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)))

/** Keeps Secure and __Host- cookies over http too: on loopback browsers do the same. */
function cookieJar() {
  const kept = new Map()
  const covers = (path, pathname) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : path + '/')
  return {
    keep({ hostname, pathname }, response) {
      for (const line of response.headers.getSetCookie()) {
        const [pair, ...settings] = line.split(';').map((part) => part.trim())
        const name = pair.slice(0, pair.indexOf('='))
        const setting = Object.fromEntries(settings.map((part) => [part.split('=')[0].toLowerCase(), part.slice(part.indexOf('=') + 1)]))
        const path = setting.path?.startsWith('/') ? setting.path : pathname.slice(0, pathname.lastIndexOf('/')) || '/'
        const key = `${hostname} ${path} ${name}`
        const expired = 'max-age' in setting ? Number(setting['max-age']) <= 0 : Date.parse(setting.expires) <= Date.now()
        if (expired) kept.delete(key)
        else kept.set(key, { hostname, path, pair })
      }
    },
    for: ({ hostname, pathname }) =>
      [...kept.values()].filter((cookie) => cookie.hostname === hostname && covers(cookie.path, pathname)).map(({ pair }) => pair).join('; '),
  }
}

/** "fetch failed" alone helps nobody: the innermost cause says which check or which connection it was. */
function reason(error) {
  const texts = []
  for (let at = error; at && texts.length < 4; at = at.cause) {
    const text = [at.error ?? at.code, at.error_description ?? at.message].filter(Boolean).join(': ')
    if (at instanceof Error && text) texts.push(text)
  }
  return texts.join(' – ').replace(/\s+/g, ' ')
}

try {
  console.log(JSON.stringify(await signIn(), null, 2))
} catch (error) {
  console.error(`sign-in failed: ${reason(error)}`)
  process.exitCode = 1
}
