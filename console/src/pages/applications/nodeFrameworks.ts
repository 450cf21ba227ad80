import type { Framework } from './frameworks';

/** Next.js with Auth.js: what create-next-app makes, four files and two lines for the environment. */
export const next: Framework = {
  id: 'next',
  title: 'Next.js (Auth.js)',
  mark: 'N',
  redirectUri: 'http://localhost:3000/api/auth/callback/xenios',
  afterSignOut: 'http://localhost:3000/',
  parts: [
    {
      file: 'Terminal',
      lines: ({ secret }) => `npx create-next-app@latest my-app --yes   # or go into an app you have
cd my-app
npm install next-auth@beta
echo "AUTH_SECRET=$(openssl rand -base64 33)" >> .env.local
echo 'XENIOS_CLIENT_SECRET=${secret}' >> .env.local`,
    },
    {
      file: 'auth.ts',
      lines: ({ issuer, clientId }) => `import NextAuth from 'next-auth'

export const { handlers, signIn, signOut, auth } = NextAuth({
  providers: [
    {
      id: 'xenios',
      name: 'Xenios',
      type: 'oidc',
      issuer: '${issuer}',
      clientId: '${clientId}',
      clientSecret: process.env.XENIOS_CLIENT_SECRET,
      checks: ['pkce', 'state'],
      idToken: false, // name, picture and email stand in userinfo
      authorization: { params: { scope: 'openid profile email' } },
    },
  ],
})`,
    },
    {
      file: 'app/api/auth/[...nextauth]/route.ts',
      lines: () => `import { handlers } from '@/auth'

export const { GET, POST } = handlers`,
    },
    {
      file: 'app/page.tsx',
      lines: () => `import { Suspense } from 'react'
import { connection } from 'next/server'
import { auth, signIn, signOut } from '@/auth'

export default function Home() {
  return <Suspense fallback="One moment …"><Person /></Suspense>
}

async function Person() {
  await connection() // this part is made anew for each request
  const session = await auth()
  return (
    <form action={act}>
      {session && <p>Hello {session.user?.name}</p>}
      <button>{session ? 'Sign out' : 'Sign in'}</button>
    </form>
  )
}

async function act() {
  'use server'
  await ((await auth()) ? signOut() : signIn('xenios'))
}`,
    },
    { file: 'Terminal', lines: ({ port, home }) => `npm run dev${port === '3000' ? '' : ` -- --port ${port}`}   # then open ${home}` },
  ],
};

/** Express with openid-client: one file. */
export const express: Framework = {
  id: 'express',
  title: 'Express (openid-client)',
  mark: 'Ex',
  redirectUri: 'http://localhost:3000/callback',
  afterSignOut: 'http://localhost:3000/',
  parts: [
    {
      file: 'Terminal',
      lines: () => `mkdir my-app && cd my-app   # or go into an app you have
npm install express express-session openid-client`,
    },
    {
      file: 'app.mjs',
      lines: ({ issuer, isPlain, clientId, redirectUri, path, port }) => `import { randomUUID } from 'node:crypto'
import express from 'express'
import session from 'express-session'
import * as oidc from 'openid-client'

const redirect_uri = '${redirectUri}'
const config = await oidc.discovery(new URL('${issuer}'), '${clientId}', undefined,
  oidc.ClientSecretBasic(process.env.XENIOS_CLIENT_SECRET)${isPlain ? ', { execute: [oidc.allowInsecureRequests] }' : ''})

const app = express()
// Sessions end with the program; give it a secret and a store of your own later.
app.use(session({ secret: randomUUID(), resave: false, saveUninitialized: false }))

app.get('/', (req, res) => (req.session.user ? res.json(req.session.user) : res.send('<a href="/signin">Sign in</a>')))

app.get('/signin', async (req, res) => {
  const verifier = oidc.randomPKCECodeVerifier(), state = oidc.randomState()
  req.session.going = { verifier, state }
  res.redirect(oidc.buildAuthorizationUrl(config, { redirect_uri, scope: 'openid profile email', state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }).href)
})

app.get('${path}', async (req, res) => {
  const { verifier, state } = req.session.going ?? {}
  if (req.query.error) return res.send('Nobody was signed in. <a href="/">Back</a>') // for example: the person said no
  const tokens = await oidc.authorizationCodeGrant(config, new URL(req.originalUrl, redirect_uri),
    { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true })
  const user = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  req.session.regenerate(() => { // a session of its own for who is signed in
    req.session.user = user
    res.redirect('/')
  })
})

app.listen(${port})`,
    },
    {
      file: 'Terminal',
      lines: ({ secret, home }) => `export XENIOS_CLIENT_SECRET='${secret}'
node app.mjs   # then open ${home}`,
    },
  ],
};

/** React with oidc-client-ts, as Vite makes it: one file. */
export const react: Framework = {
  id: 'react',
  title: 'React (oidc-client-ts)',
  mark: 'Re',
  redirectUri: 'http://localhost:5173/',
  afterSignOut: 'http://localhost:5173/',
  origins: ['http://localhost:5173'],
  parts: [
    {
      file: 'Terminal',
      lines: () => `npm create vite@latest my-app -- --template react-ts --no-interactive   # or go into an app you have
cd my-app
npm install oidc-client-ts react-oidc-context`,
    },
    {
      file: 'src/main.tsx',
      lines: ({ issuer, clientId, redirectUri, home }) => `import { createRoot } from 'react-dom/client'
import { AuthProvider, useAuth } from 'react-oidc-context'

const settings = {
  authority: '${issuer}',
  client_id: '${clientId}',
  redirect_uri: '${redirectUri}',
  post_logout_redirect_uri: '${home}',
  scope: 'openid profile email',
  loadUserInfo: true,
  automaticSilentRenew: false, // there is a refresh token only with offline_access
  onSigninCallback: () => history.replaceState({}, '', location.pathname),
}

function App() {
  const auth = useAuth()
  if (auth.isLoading) return <p>One moment …</p>
  return (
    <main>
      {auth.error && <p role="alert">{auth.error.message}</p>}
      {auth.isAuthenticated ? (
        <>
          <p>Hello {auth.user?.profile.name}</p>
          <button onClick={() => auth.signoutRedirect()}>Sign out</button>
        </>
      ) : (
        <button onClick={() => auth.signinRedirect()}>Sign in</button>
      )}
    </main>
  )
}

createRoot(document.getElementById('root')!).render(<AuthProvider {...settings}><App /></AuthProvider>)`,
    },
    { file: 'Terminal', lines: ({ port, home }) => `npm run dev${port === '5173' ? '' : ` -- --port ${port}`}   # then open ${home}` },
  ],
};
