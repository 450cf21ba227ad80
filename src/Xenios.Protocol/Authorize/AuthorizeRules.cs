using System.Globalization;
using System.Text.Json;
using Xenios.Protocol.Tokens;

namespace Xenios.Protocol.Authorize;

/// <summary>What the rules say about an authorization request.</summary>
public abstract record AuthorizeVerdict
{
    private AuthorizeVerdict()
    {
    }

    /// <summary>Client or redirect URI is not proved: only a page may answer, never a redirect (RFC 6749 §4.1.2.1).</summary>
    /// <param name="Error">What is wrong.</param>
    public sealed record ShowPage(OAuthError Error) : AuthorizeVerdict;

    /// <summary>Something else is wrong: the client gets the error at its redirect URI.</summary>
    /// <param name="Error">What is wrong.</param>
    /// <param name="Return">Where the error goes.</param>
    public sealed record Refuse(OAuthError Error, AuthorizeReturn Return) : AuthorizeVerdict;

    /// <summary>The request may be acted upon.</summary>
    /// <param name="Request">The checked request.</param>
    /// <param name="Client">Who asks.</param>
    public sealed record Proceed(AuthorizeRequest Request, Client Client) : AuthorizeVerdict;
}

/// <summary>Every check of an authorization request, in the order that is itself a requirement: client, redirect URI, response mode and type, duplicates, the rest.</summary>
public static class AuthorizeRules
{
    private const int MaxState = 2048;
    private const int MaxNonce = 512;
    private const int MaxScope = 2048;
    private const int MaxHint = 320;

    // One name for one thing on our side; the others are what client families of other servers send.
    private static readonly string[] ConnectionNames = ["connection", "connection_id", "kc_idp_hint", "fidp"];

    private static readonly string[] Understood =
    [
        "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "login_hint",
        "ui_locales", "acr_values", "claims", "id_token_hint", "display", "start_page", "request", "request_uri", "registration", "org_code",
        .. ConnectionNames,
    ];

    /// <summary>Checks one request.</summary>
    /// <param name="parameters">Its parameters, from the query or the form body.</param>
    /// <param name="find">Finds an enabled client by its id; null when there is none.</param>
    /// <param name="readHint">The payload of an ID token of ours, however old, and null for anything else; not called without an <c>id_token_hint</c>.</param>
    /// <param name="authenticated">The client that pushed the request and need not name itself again (RFC 9126 §2.1); null at the authorization endpoint.</param>
    public static AuthorizeVerdict Check(
        Parameters parameters, Func<string, Client?> find, Func<string, JsonElement?>? readHint = null, string? authenticated = null)
    {
        if (parameters.TooMany)
        {
            return new AuthorizeVerdict.ShowPage(OAuthError.InvalidRequest($"The request has more than {Parameters.Limit} parameters."));
        }

        if (parameters.IsRepeated("client_id") || (parameters["client_id"] ?? authenticated) is not { } clientId || find(clientId) is not { } client)
        {
            return new AuthorizeVerdict.ShowPage(new("invalid_client", "The client_id is missing, repeated or unknown."));
        }

        var scopes = Scopes.Split(parameters["scope"]);
        if (parameters.IsRepeated("redirect_uri") || RedirectUri(parameters["redirect_uri"], client, scopes) is not { } redirectUri)
        {
            return new AuthorizeVerdict.ShowPage(OAuthError.InvalidRequest("The redirect_uri is missing, repeated or not registered for this client."));
        }

        var mode = parameters.IsRepeated("response_mode") ? null : ReadMode(parameters["response_mode"]);
        var state = parameters["state"] is { Length: <= MaxState } s && !parameters.IsRepeated("state") ? s : null;
        var back = new AuthorizeReturn(redirectUri, state, mode ?? ResponseMode.Query);

        var granted = scopes.Where(scope => client.AllowedScopes.Contains(scope, StringComparer.Ordinal)).ToArray();
        ClaimsParameter? claims = null;
        IReadOnlyList<string>? subjects = null;
        var error = CheckPushed(client, authenticated)
            ?? CheckResponse(parameters, mode, client)
            ?? CheckDuplicates(parameters)
            ?? CheckUnsupported(parameters)
            ?? CheckSizes(parameters)
            ?? CheckScope(scopes, granted)
            ?? CheckPkce(parameters, client)
            ?? SessionRules.Check(parameters)
            ?? ClaimsParameter.Read(parameters["claims"], out claims)
            ?? CheckHint(parameters["id_token_hint"], client, readHint, claims?.Subjects, out subjects)
            ?? ResourceRules.Check(parameters, client);
        if (error is not null)
        {
            return new AuthorizeVerdict.Refuse(error, back);
        }

        return new AuthorizeVerdict.Proceed(
            new AuthorizeRequest
            {
                ClientId = client.ClientId,
                Return = back,
                RedirectUriSent = parameters["redirect_uri"] is not null,
                Scopes = granted,
                ScopesNarrowed = granted.Length != scopes.Count,
                Resources = ResourceRules.Read(parameters),
                Nonce = parameters["nonce"],
                CodeChallenge = parameters["code_challenge"],
                Prompts = SessionRules.ReadPrompts(parameters),
                MaxAge = parameters["max_age"] is { } age ? long.Parse(age, CultureInfo.InvariantCulture) : null,
                LoginHint = parameters["login_hint"] is { Length: <= MaxHint } hint ? hint : null,
                Connection = ConnectionNames.Select(name => parameters[name]).FirstOrDefault(value => value is { Length: <= 64 }),
                Subjects = subjects,
                Claims = claims?.For(client, granted),
                UiLocales = parameters["ui_locales"] is { Length: <= MaxHint } locales ? locales : null,
            },
            client);
    }

    /// <summary>Whether a redirect URI is one of a client's: equal text, or for a native client the same loopback address with another port (RFC 8252 §7.3).</summary>
    /// <param name="sent">The decoded parameter.</param>
    /// <param name="client">Whose registration is looked at.</param>
    public static bool IsRegistered(string sent, Client client)
    {
        foreach (var registered in client.RedirectUris)
        {
            if (string.Equals(sent, registered, StringComparison.Ordinal)
                || (client.IsNative && WithoutLoopbackPort(sent) is { } a && WithoutLoopbackPort(registered) is { } b && string.Equals(a, b, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private static string? RedirectUri(string? sent, Client client, IReadOnlyList<string> scopes)
    {
        if (sent is not null)
        {
            return IsRegistered(sent, client) ? sent : null;
        }

        // RFC 6749 §3.1.2.3 lets plain OAuth leave it out when only one is registered; OpenID Connect Core §3.1.2.1 never.
        return client.RedirectUris.Count == 1 && !scopes.Contains(Scopes.OpenId, StringComparer.Ordinal) ? client.RedirectUris[0] : null;
    }

    // "http://127.0.0.1:51004/cb" → "http://127.0.0.1/cb"; null for anything that is not a loopback literal, so a look-alike host never gets here.
    private static string? WithoutLoopbackPort(string uri)
    {
        foreach (var origin in (ReadOnlySpan<string>)["http://127.0.0.1", "http://[::1]"])
        {
            if (!uri.StartsWith(origin, StringComparison.Ordinal))
            {
                continue;
            }

            var rest = uri.AsSpan(origin.Length);
            if (rest.StartsWith(":"))
            {
                var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
                digits = digits < 0 ? rest.Length - 1 : digits;
                if (digits > 5 || !ushort.TryParse(rest.Slice(1, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
                {
                    return null;
                }

                rest = rest[(1 + digits)..];
            }

            return rest.IsEmpty || rest[0] is '/' or '?' ? $"{origin}{rest}" : null;
        }

        return null;
    }

    private static ResponseMode? ReadMode(string? mode) => mode switch
    {
        null or "query" => ResponseMode.Query,
        "form_post" => ResponseMode.FormPost,
        _ => null,
    };

    private static OAuthError? CheckPushed(Client client, string? authenticated) => client.RequirePushedRequests && authenticated is null
        ? OAuthError.InvalidRequest("This client must push its authorization requests.")
        : null;

    private static OAuthError? CheckResponse(Parameters p, ResponseMode? mode, Client client)
    {
        if (p["response_type"] is not { } type)
        {
            return OAuthError.InvalidRequest("response_type is missing; this server answers response_type=code.");
        }

        if (!string.Equals(type, "code", StringComparison.Ordinal))
        {
            return new("unsupported_response_type", "This server answers response_type=code only.");
        }

        if (!client.GrantTypes.Contains("authorization_code", StringComparer.Ordinal))
        {
            return new("unauthorized_client", "This client may not use the authorization code flow.");
        }

        return mode is null ? OAuthError.InvalidRequest("response_mode must be query or form_post.") : null;
    }

    private static OAuthError? CheckDuplicates(Parameters p)
    {
        foreach (var name in Understood)
        {
            if (p.IsRepeated(name))
            {
                return OAuthError.InvalidRequest($"{name} was sent more than once.");
            }
        }

        return null;
    }

    private static OAuthError? CheckUnsupported(Parameters p)
    {
        if (p["request"] is not null)
        {
            return new("request_not_supported", "Request objects are not supported.");
        }

        if (p["request_uri"] is not null)
        {
            return new("request_uri_not_supported", "Request objects by reference are not supported.");
        }

        return p["registration"] is null ? null : new("registration_not_supported", "The registration parameter is not supported.");
    }

    private static OAuthError? CheckSizes(Parameters p)
    {
        if (p["state"]?.Length > MaxState)
        {
            return OAuthError.InvalidRequest("state is longer than 2048 characters.");
        }

        if (p["nonce"]?.Length > MaxNonce)
        {
            return OAuthError.InvalidRequest("nonce is longer than 512 characters.");
        }

        return p["scope"]?.Length > MaxScope ? OAuthError.InvalidRequest("scope is longer than 2048 characters.") : null;
    }

    // A scope more than the client may have is left out (RFC 6749 §3.3); of nothing but such scopes no token could be made.
    private static OAuthError? CheckScope(IReadOnlyList<string> asked, IReadOnlyList<string> granted) =>
        asked.Count > 0 && granted.Count == 0 ? new("invalid_scope", "This client may have none of the scopes it asked for.") : null;

    private static OAuthError? CheckPkce(Parameters p, Client client)
    {
        if (p["code_challenge"] is not { } challenge)
        {
            if (p["code_challenge_method"] is not null)
            {
                return OAuthError.InvalidRequest("code_challenge_method was sent without code_challenge.");
            }

            return client.RequirePkce || client.IsPublic
                ? OAuthError.InvalidRequest("code_challenge is missing; this client must use PKCE with S256.")
                : null;
        }

        if (!string.Equals(p["code_challenge_method"], "S256", StringComparison.Ordinal))
        {
            return OAuthError.InvalidRequest("code_challenge_method must be S256.");
        }

        return Pkce.IsChallenge(challenge) ? null : OAuthError.InvalidRequest("code_challenge must be 43 base64url characters.");
    }

    // An old ID token still says who is meant; one of another client, or none of ours, says nothing (OpenID Connect Core §3.1.2.1).
    private static OAuthError? CheckHint(
        string? hint, Client client, Func<string, JsonElement?>? readHint, IReadOnlyList<string>? asked, out IReadOnlyList<string>? subjects)
    {
        subjects = asked;
        if (hint is null)
        {
            return null;
        }

        if (readHint?.Invoke(hint) is not { } payload || TokenReader.Text(payload, "sub") is not { } subject
            || !(TokenReader.HasAudience(payload, client.ClientId) || TokenReader.Text(payload, "azp") == client.ClientId))
        {
            return OAuthError.InvalidRequest("id_token_hint is not an ID token that was issued to this client here.");
        }

        subjects = [subject];
        return asked is null || asked.Contains(subject, StringComparer.Ordinal) ? null : OAuthError.InvalidRequest("id_token_hint and claims name different people.");
    }
}
