using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.OAuth2;

/// <summary>X's token endpoint and its counterpart: <c>/2/oauth2/token</c> and <c>/2/oauth2/revoke</c>.</summary>
internal sealed class TokenEndpoint(AppRegistry apps, Grants grants)
{
    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    public async Task<IResult> TokenAsync(HttpContext http)
    {
        var (app, form, refusal) = await ReadAsync(http);
        return refusal ?? form["grant_type"] switch
        {
            null => OAuth2Errors.Missing("grant_type"),
            "authorization_code" => RedeemCode(http, app, form),
            "refresh_token" => Refresh(http, app, form),
            _ => OAuth2Errors.UnsupportedGrant(),
        };
    }

    public async Task<IResult> RevokeAsync(HttpContext http)
    {
        var (app, form, refusal) = await ReadAsync(http);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!form.TryGet("token", out var token))
        {
            return OAuth2Errors.Missing("token");
        }

        grants.Revoke(token, app);
        return Answer.Json(200, new JsonObject { ["revoked"] = true });
    }

    private async Task<(SandboxApp App, Parameters Form, IResult? Refusal)> ReadAsync(HttpContext http)
    {
        if (await RequestBody.ReadFormAsync(http) is not { } form)
        {
            return (null!, null!, OAuth2Errors.TooLarge());
        }

        if (form.Repeated.FirstOrDefault() is { } repeated)
        {
            return (null!, form, OAuth2Errors.Repeated(repeated));
        }

        return ClientAuthentication.Authenticate(http, form, apps) is { } app
            ? (app, form, null)
            : (null!, form, OAuth2Errors.MissingAuthorization());
    }

    private Answer RedeemCode(HttpContext http, SandboxApp app, Parameters form)
    {
        foreach (var name in (ReadOnlySpan<string>)["code", "redirect_uri", "code_verifier"])
        {
            if (form[name] is null)
            {
                return OAuth2Errors.Missing(name);
            }
        }

        var notes = CallNotes.Of(http);
        if (grants.TakeCode(form["code"]!, app) is not { } code)
        {
            notes.Reason = "the code is unknown, older than 30 seconds, used before, or of another app";
            return OAuth2Errors.InvalidCode();
        }

        notes.Person = code.Grant.PersonKey;
        if (!code.RedirectUri.Equals(form["redirect_uri"], StringComparison.Ordinal))
        {
            notes.Reason = "redirect_uri is not the one of the authorization request";
            return OAuth2Errors.RedirectMismatch();
        }

        if (!Proves(form["code_verifier"]!, code))
        {
            notes.Reason = "code_verifier does not match code_challenge";
            return OAuth2Errors.InvalidCode();
        }

        return Tokens(grants.IssueTokens(code.Grant));
    }

    private Answer Refresh(HttpContext http, SandboxApp app, Parameters form)
    {
        if (!form.TryGet("refresh_token", out var token))
        {
            return OAuth2Errors.Missing("refresh_token");
        }

        if (grants.Refresh(token, app) is not { } tokens)
        {
            CallNotes.Of(http).Reason = "the refresh token is unknown, revoked or was used before; used twice, it ends all tokens of its sign-in";
            return OAuth2Errors.InvalidToken();
        }

        CallNotes.Of(http).Person = tokens.Grant.PersonKey;
        return Tokens(tokens);
    }

    private static bool Proves(string verifier, IssuedCode code)
    {
        var presented = verifier;
        if (!code.IsPlain)
        {
            if (verifier.Length is < 43 or > 128 || verifier.AsSpan().ContainsAnyExcept(Unreserved))
            {
                return false;
            }

            presented = Pkce.Challenge(verifier);
        }

        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(code.Challenge));
    }

    private static Answer Tokens(IssuedTokens tokens)
    {
        var body = new JsonObject
        {
            ["token_type"] = "bearer",
            ["expires_in"] = Grants.AccessTokenSeconds,
            ["access_token"] = tokens.AccessToken,
            ["scope"] = string.Join(' ', tokens.Grant.Scopes),
        };
        if (tokens.RefreshToken is { } refresh)
        {
            body["refresh_token"] = refresh;
        }

        return Answer.Json(200, body);
    }
}
