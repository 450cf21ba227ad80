import type { ApplicationType } from './application';

/** What the lines of a framework are filled with. */
export interface Place {
  issuer: string;
  clientId: string;
  redirectUri: string;
}

/** A framework: what an application built with it needs here, and the lines to copy there. Each was written for how this server behaves: PKCE, exact addresses. */
export interface Framework {
  id: string;
  title: string;
  /** Short form, on the tile. */
  mark: string;
  /** Where it usually comes back to. */
  redirectUri: string;
  afterSignOut?: string;
  origins?: string[];
  authMethod?: 'client_secret_post' | 'client_secret_basic' | 'none';
  scopes?: string[];
  file: string;
  lines: (place: Place) => string;
}

const isPlain = (issuer: string) => issuer.startsWith('http:');
const origin = (address: string) => (URL.canParse(address) ? new URL(address).origin : address);
const path = (address: string) => (URL.canParse(address) ? new URL(address).pathname : '/callback');

const plain: Framework = {
  id: 'plain',
  title: 'OpenID Connect',
  mark: 'OIDC',
  redirectUri: 'http://localhost:3000/callback',
  file: 'settings',
  lines: ({ issuer, clientId, redirectUri }) => `Issuer         ${issuer}
Discovery      ${issuer}/.well-known/openid-configuration
Client ID      ${clientId}
Redirect URI   ${redirectUri}
Scope          openid profile email
Flow           authorization code with PKCE (S256)
To X directly  add connection=x to the authorization request`,
};

/** The frameworks for each kind of application, the usual ones first. */
export const frameworks: Record<ApplicationType, Framework[]> = {
  web: [
    {
      id: 'next',
      title: 'Next.js (Auth.js)',
      mark: 'N',
      redirectUri: 'http://localhost:3000/api/auth/callback/xenios',
      afterSignOut: 'http://localhost:3000/',
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
      id: 'express',
      title: 'Express (openid-client)',
      mark: 'Ex',
      redirectUri: 'http://localhost:3000/callback',
      afterSignOut: 'http://localhost:3000/',
      file: 'signin.mjs',
      lines: ({ issuer, clientId, redirectUri }) => `import * as oidc from 'openid-client'

const redirect_uri = '${redirectUri}'
const config = await oidc.discovery(new URL('${issuer}'), '${clientId}', undefined,
  oidc.ClientSecretBasic(process.env.XENIOS_CLIENT_SECRET)${isPlain(issuer) ? ', { execute: [oidc.allowInsecureRequests] }' : ''})

app.get('/signin', async (req, res) => {
  const verifier = oidc.randomPKCECodeVerifier(), state = oidc.randomState()
  req.session.going = { verifier, state } // express-session
  res.redirect(oidc.buildAuthorizationUrl(config, { redirect_uri, scope: 'openid profile email', state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }).href)
})
app.get('${path(redirectUri)}', async (req, res) => {
  const { verifier, state } = req.session.going
  const tokens = await oidc.authorizationCodeGrant(config, new URL(req.originalUrl, redirect_uri),
    { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true })
  req.session.user = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  res.redirect('/')
})`,
    },
    {
      id: 'aspnet',
      title: 'ASP.NET Core',
      mark: '.NET',
      redirectUri: 'https://localhost:5001/signin-oidc',
      afterSignOut: 'https://localhost:5001/signout-callback-oidc',
      // Microsoft's handler sends the secret in the body.
      authMethod: 'client_secret_post',
      file: 'Program.cs',
      lines: ({ issuer, clientId }) => `builder.Services
    .AddAuthentication(options =>
    {
        options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
    })
    .AddCookie()
    .AddOpenIdConnect(options =>
    {
        options.Authority = "${issuer}";${isPlain(issuer) ? '\n        options.RequireHttpsMetadata = false; // while trying out' : ''}
        options.ClientId = "${clientId}";
        options.ClientSecret = builder.Configuration["Xenios:ClientSecret"];
        options.ResponseType = "code";
        options.ResponseMode = "query";
        options.Scope.Add("email"); // openid and profile are there
        options.GetClaimsFromUserInfoEndpoint = true;
        options.ClaimActions.MapJsonKey("email", "email");
        options.MapInboundClaims = false;
        options.TokenValidationParameters.NameClaimType = "name";
    });`,
    },
    {
      id: 'spring',
      title: 'Spring Boot',
      mark: 'Sp',
      redirectUri: 'http://localhost:8080/login/oauth2/code/xenios',
      afterSignOut: 'http://localhost:8080/',
      file: 'application.yml + SecurityConfig.java',
      lines: ({ issuer, clientId }) => `spring.security.oauth2.client:
  provider.xenios.issuer-uri: ${issuer}
  registration.xenios:
    client-id: ${clientId}
    client-secret: \${XENIOS_CLIENT_SECRET}
    scope: openid, profile, email

// SecurityConfig.java: this server wants PKCE, also of applications with a secret
@Bean
SecurityFilterChain chain(HttpSecurity http, ClientRegistrationRepository clients) throws Exception {
    var resolver = new DefaultOAuth2AuthorizationRequestResolver(clients, "/oauth2/authorization");
    resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
    return http.authorizeHttpRequests(all -> all.anyRequest().authenticated())
        .oauth2Login(login -> login.authorizationEndpoint(at -> at.authorizationRequestResolver(resolver)))
        .build();
}`,
    },
    {
      id: 'laravel',
      title: 'Laravel (PHP)',
      mark: 'La',
      redirectUri: 'http://localhost:8000/auth/callback',
      afterSignOut: 'http://localhost:8000/',
      file: 'routes/web.php',
      lines: ({ issuer, clientId, redirectUri }) => `// composer require jumbojett/openid-connect-php
use Jumbojett\\OpenIDConnectClient;

Route::get('${path(redirectUri)}', function () {
    $oidc = new OpenIDConnectClient('${issuer}', '${clientId}', env('XENIOS_CLIENT_SECRET'));
    $oidc->setRedirectURL('${redirectUri}');
    $oidc->setCodeChallengeMethod('S256');
    $oidc->addScope(['profile', 'email']);
    $oidc->authenticate(); // leaves for the sign-in page, and comes back here
    session(['user' => $oidc->requestUserInfo()]);

    return redirect('/');
});`,
    },
    {
      id: 'django',
      title: 'Django',
      mark: 'Dj',
      redirectUri: 'http://localhost:8000/oidc/callback/',
      afterSignOut: 'http://localhost:8000/',
      file: 'settings.py + urls.py',
      lines: ({ issuer, clientId }) => `# pip install mozilla-django-oidc
INSTALLED_APPS += ["mozilla_django_oidc"]
AUTHENTICATION_BACKENDS = ["mozilla_django_oidc.auth.OIDCAuthenticationBackend"]
OIDC_RP_CLIENT_ID = "${clientId}"
OIDC_RP_CLIENT_SECRET = os.environ["XENIOS_CLIENT_SECRET"]
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_RP_SCOPES = "openid profile email"
OIDC_USE_PKCE = True
OIDC_TOKEN_USE_BASIC_AUTH = True
OIDC_OP_AUTHORIZATION_ENDPOINT = "${issuer}/oauth2/authorize"
OIDC_OP_TOKEN_ENDPOINT = "${issuer}/oauth2/token"
OIDC_OP_USER_ENDPOINT = "${issuer}/oauth2/userinfo"
OIDC_OP_JWKS_ENDPOINT = "${issuer}/oauth2/jwks"
LOGIN_REDIRECT_URL = "/"

# urls.py; sign-in begins at /oidc/authenticate/
urlpatterns += [path("oidc/", include("mozilla_django_oidc.urls"))]`,
    },
    plain,
  ],
  spa: [
    {
      id: 'react',
      title: 'React (oidc-client-ts)',
      mark: 'Re',
      redirectUri: 'http://localhost:5173/',
      afterSignOut: 'http://localhost:5173/',
      origins: ['http://localhost:5173'],
      file: 'main.tsx',
      lines: ({ issuer, clientId, redirectUri }) => `// npm install oidc-client-ts react-oidc-context
import { AuthProvider } from 'react-oidc-context'

const settings = {
  authority: '${issuer}',
  client_id: '${clientId}',
  redirect_uri: '${redirectUri}',
  post_logout_redirect_uri: '${origin(redirectUri)}/',
  scope: 'openid profile email',
  loadUserInfo: true,
  automaticSilentRenew: false, // there is a refresh token only with offline_access
  onSigninCallback: () => history.replaceState({}, '', location.pathname),
}

createRoot(document.getElementById('root')!).render(<AuthProvider {...settings}><App /></AuthProvider>)
// in App: const auth = useAuth(); auth.signinRedirect(); auth.user?.profile.name`,
    },
    { ...plain, redirectUri: 'http://localhost:5173/', afterSignOut: 'http://localhost:5173/', origins: ['http://localhost:5173'] },
  ],
  native: [{ ...plain, redirectUri: 'com.example.app:/callback' }],
  machine: [
    {
      id: 'curl',
      title: 'Client credentials',
      mark: '$',
      redirectUri: '',
      scopes: ['manage:read'],
      file: 'shell',
      lines: ({ issuer, clientId }) => `curl -u "${clientId}:$XENIOS_CLIENT_SECRET" \\
  -d grant_type=client_credentials -d scope=manage:read \\
  ${issuer}/oauth2/token

curl -H "Authorization: Bearer $TOKEN" ${issuer}/api/v1/users`,
    },
  ],
};

/** The framework whose usual address an application has. */
export function frameworkOf(type: ApplicationType | undefined, redirectUris: readonly string[]): Framework {
  const list = frameworks[type ?? 'web'];
  return list.find((one) => redirectUris.some((address) => path(address) === path(one.redirectUri) && one.id !== 'plain')) ?? list.at(-1) ?? plain;
}
