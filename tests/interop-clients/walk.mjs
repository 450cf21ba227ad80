// What a browser and the person in front of it do between the two halves of a code flow: follow redirects, leave for X, pick somebody, say yes.
const SAY_YES = ['S05', 'S10', 'S30']

/** Walks from an authorization request until the browser would arrive at the redirect URI, and gives that address. */
export async function walk(start, redirectUri, person = 'ada') {
  const jar = new Map()
  let request = { url: new URL(start), method: 'GET' }
  for (let step = 0; step < 30; step++) {
    if (request.url.href.split('?')[0] === redirectUri) return request.url
    const cookies = [...jar].filter(([key]) => key.startsWith(`${request.url.host} `)).map(([key, value]) => `${key.split(' ')[1]}=${value}`)
    const response = await fetch(request.url, {
      method: request.method,
      body: request.body,
      headers: { accept: 'text/html', cookie: cookies.join('; '), ...(request.body && { origin: request.url.origin }) },
      redirect: 'manual',
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/)
      if (value === '' || /expires=thu, 01 jan 1970/i.test(line)) jar.delete(`${request.url.host} ${name}`)
      else jar.set(`${request.url.host} ${name}`, value)
    }
    const page = await response.text()
    const location = response.headers.get('location')
    request = location ? { url: named(new URL(location, request.url), start, redirectUri, person), method: 'GET' } : press(page, request.url, response.status)
  }
  throw new Error('the sign-in did not reach the application within 30 steps')
}

// X's sandbox takes the person from the query instead of asking.
function named(url, start, redirectUri, person) {
  if (url.origin !== new URL(start).origin && url.href.split('?')[0] !== redirectUri) url.searchParams.set('sandbox_person', person)
  return url
}

function press(page, url, status) {
  const state = page.match(/<main\b[^>]*data-page="([^"]*)"/)?.[1]
  const failed = page.match(/<main\b[^>]*data-error="([^"]*)"/)?.[1]
  const forms = [...page.matchAll(/<form\b[^>]*>.*?<\/form>/gs)].map(([form]) => form)
  const form = failed ? undefined : SAY_YES.includes(state) ? forms[0] : forms.find((text) => text.includes('data-connection="x"'))
  if (!form) throw new Error(`stopped at ${url.origin}${url.pathname}: status ${status}, page ${state}, error ${failed}`)
  const body = new URLSearchParams()
  for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
    if (!/type="(checkbox|radio|submit)"/.test(tag)) body.append(attribute(tag, 'name'), attribute(tag, 'value') ?? '')
  }
  const [button] = form.match(/<button\b[^>]*>/)
  if (attribute(button, 'name')) body.append(attribute(button, 'name'), attribute(button, 'value') ?? '')
  return { url: new URL(attribute(form.slice(0, form.indexOf('>')), 'action'), url), method: 'POST', body }
}

const attribute = (tag, name) => tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1].replaceAll('&amp;', '&').replaceAll('&#x2B;', '+')
