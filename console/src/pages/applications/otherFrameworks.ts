import type { Framework } from './frameworks';

/** ASP.NET Core with Microsoft's handler: one file. */
export const aspnet: Framework = {
  id: 'aspnet',
  title: 'ASP.NET Core',
  mark: '.NET',
  redirectUri: 'https://localhost:5001/signin-oidc',
  afterSignOut: 'https://localhost:5001/signout-callback-oidc',
  // Microsoft's handler sends the secret in the body.
  authMethod: 'client_secret_post',
  parts: [
    {
      file: 'Terminal',
      lines: () => `dotnet new web -o MyApp && cd MyApp   # or go into an app you have
dotnet add package Microsoft.AspNetCore.Authentication.OpenIdConnect
dotnet dev-certs https --trust`,
    },
    {
      file: 'Program.cs',
      lines: ({ issuer, isPlain, clientId, path, origin, isHere }) => `using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

var builder = WebApplication.CreateBuilder(args);
builder.Services
    .AddAuthentication(options =>
    {
        options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
    })
    .AddCookie()
    .AddOpenIdConnect(options =>
    {
        options.Authority = "${issuer}";${isPlain ? '\n        options.RequireHttpsMetadata = false; // while trying out' : ''}
        options.ClientId = "${clientId}";
        options.ClientSecret = builder.Configuration["Xenios:ClientSecret"];
        options.CallbackPath = "${path}";
        options.ResponseType = "code";
        options.ResponseMode = "query";
        options.Scope.Add("email"); // openid and profile are there
        options.GetClaimsFromUserInfoEndpoint = true;
        options.ClaimActions.MapJsonKey("email", "email");
        options.MapInboundClaims = false;
        options.TokenValidationParameters.NameClaimType = "name";
        options.AccessDeniedPath = "/denied"; // where people land who say no
    });
builder.Services.AddAuthorization();

var app = builder.Build();
app.MapGet("/", (ClaimsPrincipal user) => $"Hello {user.Identity?.Name}").RequireAuthorization();
app.MapGet("/denied", () => "Nobody was signed in.");
app.Run(${isHere ? `"${origin}"` : ''});`,
    },
    {
      file: 'Terminal',
      lines: ({ secret, home }) => `export Xenios__ClientSecret='${secret}'
dotnet run   # then open ${home}`,
    },
  ],
};

/** Spring Boot: the settings, and a class for PKCE. */
export const spring: Framework = {
  id: 'spring',
  title: 'Spring Boot',
  mark: 'Sp',
  redirectUri: 'http://localhost:8080/login/oauth2/code/xenios',
  afterSignOut: 'http://localhost:8080/',
  parts: [
    { file: 'start.spring.io', lines: () => 'Dependencies: Spring Web, Spring Security, OAuth2 Client' },
    {
      file: 'src/main/resources/application.yml',
      lines: ({ issuer, clientId, port }) => `server.port: ${port}
spring.security.oauth2.client:
  provider.xenios.issuer-uri: ${issuer}
  registration.xenios:
    client-id: ${clientId}
    client-secret: \${XENIOS_CLIENT_SECRET}
    scope: openid, profile, email`,
    },
    {
      file: 'SecurityConfig.java',
      lines: () => `import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.web.SecurityFilterChain;

// This server wants PKCE, also of applications with a secret.
@Configuration
class SecurityConfig {
    @Bean
    SecurityFilterChain chain(HttpSecurity http, ClientRegistrationRepository clients) throws Exception {
        var resolver = new DefaultOAuth2AuthorizationRequestResolver(clients, "/oauth2/authorization");
        resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
        return http.authorizeHttpRequests(all -> all.anyRequest().authenticated())
            .oauth2Login(login -> login.authorizationEndpoint(at -> at.authorizationRequestResolver(resolver)))
            .build();
    }
}`,
    },
    {
      file: 'Terminal',
      lines: ({ secret, home }) => `export XENIOS_CLIENT_SECRET='${secret}'
./mvnw spring-boot:run   # then open ${home}`,
    },
  ],
};

/** Laravel with jumbojett/openid-connect-php: one route. */
export const laravel: Framework = {
  id: 'laravel',
  title: 'Laravel (PHP)',
  mark: 'La',
  redirectUri: 'http://localhost:8000/auth/callback',
  afterSignOut: 'http://localhost:8000/',
  parts: [
    {
      file: 'Terminal',
      lines: ({ secret }) => `composer require jumbojett/openid-connect-php   # in your Laravel app
echo 'XENIOS_CLIENT_SECRET=${secret}' >> .env`,
    },
    {
      file: 'routes/web.php',
      lines: ({ issuer, clientId, redirectUri, path }) => `use Illuminate\\Support\\Facades\\Route;
use Jumbojett\\OpenIDConnectClient;

Route::get('${path}', function () {
    $oidc = new OpenIDConnectClient('${issuer}', '${clientId}', env('XENIOS_CLIENT_SECRET'));
    $oidc->setRedirectURL('${redirectUri}');
    $oidc->setCodeChallengeMethod('S256');
    $oidc->addScope(['profile', 'email']);
    $oidc->authenticate(); // leaves for the sign-in page, and comes back here
    session(['user' => $oidc->requestUserInfo()]);

    return redirect('/');
});`,
    },
    { file: 'Terminal', lines: ({ redirectUri }) => `php artisan serve --host localhost   # then open ${redirectUri}` },
  ],
};

/** Flask with Authlib: one file. */
export const flask: Framework = {
  id: 'flask',
  title: 'Flask (Authlib)',
  mark: 'Fl',
  redirectUri: 'http://localhost:8000/authorize',
  afterSignOut: 'http://localhost:8000/',
  parts: [
    {
      file: 'Terminal',
      lines: () => `mkdir my-app && cd my-app   # or go into an app you have
python3 -m venv .venv && . .venv/bin/activate
pip install flask authlib requests`,
    },
    {
      file: 'app.py',
      lines: ({ issuer, clientId, redirectUri, path }) => `import os, secrets
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session

app = Flask(__name__)
app.secret_key = os.environ.get("FLASK_SECRET_KEY") or secrets.token_hex()  # new at each start until you set one
oauth = OAuth(app)
oauth.register(
    "xenios",
    client_id="${clientId}",
    client_secret=os.environ["XENIOS_CLIENT_SECRET"],
    server_metadata_url="${issuer}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)

@app.get("/")
def home():
    return session.get("user") or '<a href="/signin">Sign in</a>'

@app.get("/signin")
def signin():
    return oauth.xenios.authorize_redirect("${redirectUri}")

@app.get("${path}")
def authorize():
    try:
        token = oauth.xenios.authorize_access_token()
    except OAuthError:  # for example: the person said no
        return 'Nobody was signed in. <a href="/">Back</a>'
    session["user"] = dict(oauth.xenios.userinfo(token=token))
    return redirect("/")`,
    },
    {
      file: 'Terminal',
      lines: ({ secret, home, port }) => `export XENIOS_CLIENT_SECRET='${secret}'
flask run --host localhost --port ${port}   # then open ${home}`,
    },
  ],
};

/** Django with mozilla-django-oidc: settings, addresses, and people kept by their subject. */
export const django: Framework = {
  id: 'django',
  title: 'Django',
  mark: 'Dj',
  redirectUri: 'http://localhost:8000/oidc/callback/',
  afterSignOut: 'http://localhost:8000/',
  parts: [
    {
      file: 'Terminal',
      lines: () => `mkdir my-app && cd my-app   # or go into a project you have
python3 -m venv .venv && . .venv/bin/activate
pip install django mozilla-django-oidc
django-admin startproject mysite .`,
    },
    {
      file: 'mysite/settings.py (at the end)',
      lines: ({ issuer, clientId }) => `import os

INSTALLED_APPS += ["mozilla_django_oidc"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "mysite.people.XeniosBackend"]
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
LOGIN_REDIRECT_URL = LOGIN_REDIRECT_URL_FAILURE = "/"`,
    },
    {
      file: 'mysite/people.py',
      lines: () => `from mozilla_django_oidc.auth import OIDCAuthenticationBackend


class XeniosBackend(OIDCAuthenticationBackend):
    """People are known by their subject, which never changes; an email may."""

    def verify_claims(self, claims):
        return "sub" in claims

    def filter_users_by_claims(self, claims):
        return self.UserModel.objects.filter(username=claims["sub"])

    def create_user(self, claims):
        return self.update_user(self.UserModel.objects.create_user(claims["sub"]), claims)

    def update_user(self, user, claims):
        user.first_name, user.email = claims.get("name", "")[:150], claims.get("email", "")
        user.save()
        return user`,
    },
    {
      file: 'mysite/urls.py',
      lines: () => `from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path


def home(request):
    if request.user.is_authenticated:
        return HttpResponse(f"Hello {request.user.first_name}", content_type="text/plain")
    return HttpResponse('<a href="/oidc/authenticate/">Sign in</a>')


urlpatterns = [path("", home), path("admin/", admin.site.urls), path("oidc/", include("mozilla_django_oidc.urls"))]`,
    },
    {
      file: 'Terminal',
      lines: ({ secret, home, port }) => `export XENIOS_CLIENT_SECRET='${secret}'
python manage.py migrate
python manage.py runserver localhost:${port}   # then open ${home}`,
    },
  ],
};
