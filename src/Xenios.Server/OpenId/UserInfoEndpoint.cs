using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId;

/// <summary>The userinfo endpoint (OpenID Connect Core §5.3), with bearer tokens in the header or, for POST, in the form (RFC 6750 §2).</summary>
internal static class UserInfoEndpoint
{
    /// <summary>Handles GET and POST.</summary>
    public static async Task<IResult> Handle(HttpContext context, EnvironmentContext environment, UserClaims users, TimeProvider time, CancellationToken ct)
    {
        var form = HttpMethods.IsPost(context.Request.Method) && FormReader.IsForm(context.Request) ? await FormReader.ReadAsync(context.Request, ct) : null;
        var (token, malformed) = ReadToken(context.Request, form);
        if (malformed)
        {
            return Refuse(context, StatusCodes.Status400BadRequest, "invalid_request", "Send the access token once, in the Authorization header or in the form.");
        }

        if (token is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"xenios\"";
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        if (TokenReader.Read(token, environment.Snapshot.Keys.Find, AccessToken.Type, environment.Issuer, time.GetUtcNow()) is not { } payload
            || !TokenReader.HasAudience(payload, TokenIssuer.Audience(environment.Issuer))
            || TokenReader.Text(payload, "sub") is not { } subject
            || TokenReader.Text(payload, "jti") is not { } jti)
        {
            return InvalidToken(context);
        }

        var scopes = Scopes.Split(TokenReader.Text(payload, "scope"));
        if (!scopes.Contains(Scopes.OpenId, StringComparer.Ordinal))
        {
            return Refuse(context, StatusCodes.Status403Forbidden, "insufficient_scope", "The access token was not issued for openid.", Scopes.OpenId);
        }

        var person = await users.FindAsync(environment.Snapshot.Id, subject, TokenReader.Text(payload, "sid"), jti.Split('.')[0], ct, jti);
        return person?.Honours(scopes) == true ? Answer(subject, person.For(scopes, NamedIn(payload), environment.Snapshot.AttributeTypes)) : InvalidToken(context);
    }

    // Our own token: what was asked for one by one was checked when it was granted.
    private static IReadOnlyList<string> NamedIn(JsonElement payload) =>
        payload.TryGetProperty("userinfo_claims", out var names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];

    private static (string? Token, bool Malformed) ReadToken(HttpRequest request, Parameters? form)
    {
        var header = request.Headers.Authorization;
        var inForm = form?["access_token"];
        if (header.Count > 1 || form?.IsRepeated("access_token") == true || (inForm is not null && header.Count > 0))
        {
            return (null, true);
        }

        return header.ToString() is { Length: > 7 } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? (value[7..].Trim(), false)
            : (inForm, false);
    }

    private static IResult InvalidToken(HttpContext context) =>
        Refuse(context, StatusCodes.Status401Unauthorized, "invalid_token", "The access token is not valid here, has expired, or was revoked.");

    private static IResult Refuse(HttpContext context, int status, string error, string description, string? scope = null)
    {
        context.Response.Headers.WWWAuthenticate =
            $"Bearer realm=\"xenios\", error=\"{error}\", error_description=\"{description}\"{(scope is null ? "" : $", scope=\"{scope}\"")}";
        return Results.Json(new ErrorBody(error, description), TokenJson.Default.ErrorBody, "application/json", status);
    }

    private static JsonAnswer Answer(string subject, List<Claim> claims) => JsonAnswer.Object(
        (subject, claims),
        static (json, said) =>
        {
            json.WriteString("sub", said.subject);
            foreach (var claim in said.claims)
            {
                claim.Write(json);
            }
        });
}
