using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Xenios.Demo;

/// <summary>
/// The walk of a sign-in with OpenID Connect, in order: leave for the server, come back with a code, exchange it, check the ID token, ask
/// for the claims, remember the person, sign out.
/// </summary>
internal sealed class SignIn(Settings settings, IdentityServer server, TimeProvider time)
{
    private const string PendingCookie = "demo_pending";
    private const string SessionCookie = "demo_session";
    private const string SignOutCookie = "demo_signout";

    private static readonly TimeSpan PendingLifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(8);

    private readonly JsonWebTokenHandler _tokens = new();
    private readonly Memory<Pending> _pending = new(time, PendingLifetime, capacity: 10_000);
    private readonly Memory<Session> _sessions = new(time, SessionLifetime, capacity: 10_000);

    /// <summary>1. Send the browser to the server, and remember what its answer has to match.</summary>
    public async Task<IResult> LeaveAsync(HttpContext context, string? connection)
    {
        var configuration = await server.DiscoverAsync(context.RequestAborted);

        // One cookie per browser and one entry per attempt: two tabs can sign in side by side.
        var browser = context.Request.Cookies[PendingCookie] is { Length: 43 } known ? known : Random();
        var state = Random();
        var pending = new Pending(Nonce: Random(), CodeVerifier: Random());
        _pending.Add($"{browser}.{state}", pending);
        Remember(context, PendingCookie, browser, PendingLifetime);

        return Results.Redirect(QueryHelpers.AddQueryString(configuration.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = settings.ClientId,
            ["redirect_uri"] = settings.RedirectUri,
            ["scope"] = "openid profile email",
            ["state"] = state,
            ["nonce"] = pending.Nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(pending.CodeVerifier))),
            ["code_challenge_method"] = "S256",
            ["connection"] = connection,
        }));
    }

    /// <summary>2. The browser is back: steps 3 to 7, each of which throws when it is not satisfied.</summary>
    public async Task<IResult> ComeBackAsync(HttpContext context)
    {
        var response = context.Request.Query;
        var checks = new List<string>();
        var configuration = await server.DiscoverAsync(context.RequestAborted);

        var pending = MatchState(context, response["state"].ToString());
        checks.Add("state belongs to this browser");

        CheckSender(response["iss"], configuration);
        checks.Add($"response comes from {configuration.Issuer}");

        CheckOutcome(response);
        var tokens = await ExchangeAsync(response["code"].ToString(), pending, configuration, context.RequestAborted);
        var idToken = await ValidateAsync(tokens.IdToken, pending, checks);
        var userInfo = await AskForClaimsAsync(tokens.AccessToken, idToken, configuration, context.RequestAborted);
        checks.Add("userinfo sub equals ID token sub");

        var session = new Session(idToken, tokens, userInfo, checks, time.GetUtcNow());
        if (context.Request.Cookies[SessionCookie] is { } old) _sessions.TryTake(old, out _);
        // A fresh value: one from before the sign-in could be known to somebody else.
        var key = Random();
        _sessions.Add(key, session);
        Remember(context, SessionCookie, key, SessionLifetime);

        // Takes the code out of the address bar and makes reloading safe.
        return Results.Redirect("/");
    }

    /// <summary>3. Is this the answer to a question this browser asked?</summary>
    private Pending MatchState(HttpContext context, string state) =>
        _pending.TryTake($"{context.Request.Cookies[PendingCookie]}.{state}", out var pending)
            ? pending
            : throw SignInFailed.Unknown(settings.PublicUrl);

    /// <summary>4. Did the server we asked answer, and did it say yes? (RFC 9207)</summary>
    private static void CheckSender(string? iss, OpenIdConnectConfiguration configuration)
    {
        var mayBeAbsent = !configuration.AuthorizationResponseIssParameterSupported;
        if (iss is null ? mayBeAbsent : string.Equals(iss, configuration.Issuer, StringComparison.Ordinal)) return;
        throw SignInFailed.NotTrusted(iss is null ? "The response does not name its sender (iss)." : "The response came from another server (iss).");
    }

    private static void CheckOutcome(IQueryCollection response)
    {
        if (response["error"].ToString() is not { Length: > 0 } error) return;
        var details = Said(error, response["error_description"]);
        throw error is "access_denied" ? SignInFailed.SaidNo(details) : SignInFailed.Refused(details);
    }

    /// <summary>5. Exchange the code for tokens, from server to server.</summary>
    private async Task<Tokens> ExchangeAsync(
        string code, Pending pending, OpenIdConnectConfiguration configuration, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, configuration.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["redirect_uri"] = settings.RedirectUri,
                ["code_verifier"] = pending.CodeVerifier,
            }),
        };
        // client_secret_basic encodes both halves before joining them (RFC 6749 §2.3.1): a colon in either would move the border.
        var credentials = $"{WebUtility.UrlEncode(settings.ClientId)}:{WebUtility.UrlEncode(settings.ClientSecret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)));

        var (status, body) = await server.SendAsync(request, cancellation);
        if (status != StatusCodes.Status200OK) throw Refused(status, body);
        return Tokens.Read(body) ?? throw SignInFailed.Refused("The token response has no id_token or no access_token.");
    }

    /// <summary>6. Is the ID token genuine, for us, fresh, and the answer to this sign-in? (OpenID Connect Core §3.1.3.7)</summary>
    private async Task<JsonWebToken> ValidateAsync(string token, Pending pending, List<string> checks)
    {
        var result = await _tokens.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = settings.Authority,
            ValidAudience = settings.ClientId,
            // Brings the signing keys, and fetches them anew when a token names a key not seen before.
            ConfigurationManager = server.Discovery,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
            ClockSkew = TimeSpan.FromMinutes(1),
        });
        if (!result.IsValid) throw SignInFailed.NotTrusted($"ID token: {Problem(result.Exception)}");

        var idToken = (JsonWebToken)result.SecurityToken;
        checks.Add($"signature verified with key {idToken.Kid} ({idToken.Alg})");
        checks.Add($"issuer matches {idToken.Issuer}");

        // A token that is also for others could be sent on by one of them.
        if (idToken.Audiences.Count() != 1) throw SignInFailed.NotTrusted("ID token: it is for several applications.");
        checks.Add($"audience is {settings.ClientId}");
        checks.Add($"not expired, good until {idToken.ValidTo:HH:mm:ss} UTC");

        var nonce = idToken.TryGetPayloadValue<string>("nonce", out var value) ? value : null;
        var isOurs = string.Equals(nonce, pending.Nonce, StringComparison.Ordinal);
        if (!isOurs) throw SignInFailed.NotTrusted("ID token: it answers another sign-in (nonce).");
        checks.Add("nonce matches");
        return idToken;
    }

    /// <summary>7. Ask for the person's claims, and make sure they are about the same person. (OpenID Connect Core §5.3.2)</summary>
    private async Task<JsonElement> AskForClaimsAsync(
        string accessToken, JsonWebToken idToken, OpenIdConnectConfiguration configuration, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, configuration.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var (status, body) = await server.SendAsync(request, cancellation);
        if (status != StatusCodes.Status200OK) throw Refused(status, body);
        if (string.IsNullOrEmpty(idToken.Subject) || !string.Equals(body.Text("sub"), idToken.Subject, StringComparison.Ordinal))
        {
            throw SignInFailed.NotTrusted("userinfo: the claims are about somebody else (sub).");
        }

        return body;
    }

    /// <summary>8. Who is signed in here?</summary>
    public Session? Current(HttpContext context) =>
        context.Request.Cookies[SessionCookie] is { } key && _sessions.TryGet(key, out var session) ? session : null;

    /// <summary>9. Forget the person here, then ask the server to do the same.</summary>
    public async Task<IResult> SignOutAsync(HttpContext context)
    {
        Session? session = null;
        if (context.Request.Cookies[SessionCookie] is { } key) _sessions.TryTake(key, out session);
        Forget(context, SessionCookie);
        if (session is null) return Results.Redirect("/");

        var configuration = await server.DiscoverAsync(context.RequestAborted);
        if (string.IsNullOrEmpty(configuration.EndSessionEndpoint)) return Results.Redirect("/");

        var state = Random();
        Remember(context, SignOutCookie, state, PendingLifetime);
        return Results.Redirect(QueryHelpers.AddQueryString(configuration.EndSessionEndpoint, new Dictionary<string, string?>
        {
            ["id_token_hint"] = session.IdToken.EncodedToken,
            ["client_id"] = settings.ClientId,
            ["post_logout_redirect_uri"] = settings.PostLogoutRedirectUri,
            ["state"] = state,
        }));
    }

    /// <summary>10. Is this the return from the server's sign-out?</summary>
    public bool CameBackFromSignOut(HttpContext context)
    {
        var expected = context.Request.Cookies[SignOutCookie];
        var cameBack = expected is not null && string.Equals(context.Request.Query["state"], expected, StringComparison.Ordinal);
        if (cameBack) Forget(context, SignOutCookie);
        return cameBack;
    }

    private void Remember(HttpContext context, string name, string value, TimeSpan lifetime) =>
        context.Response.Cookies.Append(name, value, Cookie(lifetime));

    private void Forget(HttpContext context, string name) => context.Response.Cookies.Delete(name, Cookie(null));

    // Lax, not Strict: the browser comes back from another site and has to bring the cookie along.
    private CookieOptions Cookie(TimeSpan? lifetime) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = settings.IsHttps, Path = "/", MaxAge = lifetime, IsEssential = true };

    // 256 bits: 43 characters, also the length a PKCE verifier must at least have.
    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static SignInFailed Refused(int status, JsonElement body) =>
        SignInFailed.Refused(Said(body.Text("error") ?? $"status {status}", body.Text("error_description")));

    private static string Said(string error, string? description)
    {
        var said = string.IsNullOrEmpty(description) ? error : $"{error}: {description}";
        return said.Length <= 300 ? said : said[..300] + "…";
    }

    private static string Problem(Exception error) => error switch
    {
        SecurityTokenExpiredException => "it has expired. Is a clock wrong?",
        SecurityTokenNotYetValidException => "it is not good yet. Is a clock wrong?",
        SecurityTokenInvalidIssuerException => "another server issued it (iss).",
        SecurityTokenInvalidAudienceException => "it is for another application (aud).",
        SecurityTokenSignatureKeyNotFoundException => "it is signed with a key the server does not publish.",
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => "its signature is wrong.",
        _ => "it is not well formed.",
    };
}
