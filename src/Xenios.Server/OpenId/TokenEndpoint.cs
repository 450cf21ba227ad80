using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.OpenId.Grants;

namespace Xenios.Server.OpenId;

/// <summary>The token endpoint (RFC 6749 §3.2): form, client, grant, answer.</summary>
internal static partial class TokenEndpoint
{
    /// <summary>Grant types that are served.</summary>
    public static IReadOnlyList<string> GrantTypes { get; } = ["authorization_code", "refresh_token", "client_credentials"];

    /// <summary>Handles POST.</summary>
    public static async Task<IResult> Post(
        HttpContext context, EnvironmentContext environment, IEnumerable<IGrant> grants, ILogger<TokenResponse> logger, CancellationToken ct)
    {
        if (await FormReader.ReadAsync(context.Request, ct) is not { } form)
        {
            return Refuse(context, logger, null, OAuthError.InvalidRequest("The body must be application/x-www-form-urlencoded and smaller than 64 KiB."));
        }

        // 1. Who asks.
        if (TokenRules.CheckForm(form, GrantTypes) is { } malformed)
        {
            return Refuse(context, logger, null, malformed);
        }

        var authorization = context.Request.Headers.Authorization;
        if (authorization.Count > 1)
        {
            return Refuse(context, logger, null, OAuthError.InvalidRequest("The Authorization header was sent more than once."));
        }

        if (!ClientCredentials.Read(authorization, form).TryGet(out var credentials, out var unreadable))
        {
            return Refuse(context, logger, null, unreadable);
        }

        if (!environment.Snapshot.Clients.TryGetValue(credentials.ClientId, out var client))
        {
            return Refuse(context, logger, credentials.ClientId, OAuthError.InvalidClient("there is no such client"));
        }

        if (credentials.Check(client) is { } unproved)
        {
            return Refuse(context, logger, client.ClientId, unproved);
        }

        // 2. and 3. The grant.
        var grantType = form["grant_type"]!;
        if (TokenRules.CheckGrant(client, grantType) is { } forbidden)
        {
            return Refuse(context, logger, client.ClientId, forbidden);
        }

        var grant = grants.First(served => string.Equals(served.Type, grantType, StringComparison.Ordinal));
        var redeemed = await grant.RedeemAsync(environment, client, form, ct);
        if (!redeemed.TryGet(out var response, out var error))
        {
            return Refuse(context, logger, client.ClientId, error);
        }

        // 4. The answer.
        return Results.Bytes(response.ToJson(), "application/json");
    }

    private static IResult Refuse(HttpContext context, ILogger logger, string? clientId, OAuthError error)
    {
        Log.Refused(logger, clientId, error.Code, error.LogDetail ?? error.Description);
        return JsonError(context, error);
    }

    /// <summary>An error as JSON (RFC 6749 §5.2).</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">The error.</param>
    internal static IResult JsonError(HttpContext context, OAuthError error)
    {
        var status = StatusCodes.Status400BadRequest;
        if (error.Code == "invalid_client")
        {
            status = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"xenios\", charset=\"UTF-8\"";
        }

        return Results.Json(new ErrorBody(error.Code, error.Description), TokenJson.Default.ErrorBody, "application/json", status);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 220, Level = LogLevel.Information, Message = "Token request of {ClientId} refused: {Error} {Detail}")]
        public static partial void Refused(ILogger logger, string? clientId, string error, string detail);
    }
}
