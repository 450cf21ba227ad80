using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.SignIn;
using Xenios.Server.Storage;

namespace Xenios.Server.OpenId;

/// <summary>The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2): check, then let <see cref="AuthorizeFlow"/> answer.</summary>
internal static partial class AuthorizeEndpoint
{
    /// <summary>A pushed request that cannot be used (any more).</summary>
    public static readonly OAuthError UnknownRequestUri = new("invalid_request_uri", "The request_uri is unknown, expired, already used, or was pushed by another client.");

    /// <summary>A request that was checked before an administrator removed its client or its address (threats D01).</summary>
    public static readonly OAuthError Removed = OAuthError.InvalidRequest("The client or its redirect_uri was removed meanwhile.");

    /// <summary>Handles GET.</summary>
    public static async Task<IResult> Get(
        HttpContext context, EnvironmentContext environment, AuthorizeFlow flow, EphemeralStore store, ILogger<AuthorizeResponse> logger, CancellationToken ct)
    {
        var parameters = FormReader.Query(context.Request);
        var verdict = parameters["request_uri"] is { } name && name.StartsWith(ParEndpoint.Prefix, StringComparison.Ordinal)
            ? await PushedAsync(environment, parameters, name[ParEndpoint.Prefix.Length..], store, ct)
            : AuthorizeRules.Check(parameters, environment.Snapshot.Clients.GetValueOrDefault, environment.HintReader(parameters));
        switch (verdict)
        {
            case AuthorizeVerdict.ShowPage page:
                var supportCode = Secrets.NewSupportCode();
                Log.Page(logger, supportCode, page.Error.Code, page.Error.Description);
                return PageRenderer.BadLink(context, environment, page.Error, supportCode);

            case AuthorizeVerdict.Refuse refuse:
                Log.Refused(logger, refuse.Error.Code, refuse.Error.Description);
                return AuthorizeAnswer.Of(AuthorizeResponse.Failure(refuse.Return, environment.Issuer, refuse.Error));
        }

        var proceed = (AuthorizeVerdict.Proceed)verdict;
        return await flow.AnswerAsync(context, environment, proceed.Request, proceed.Client, ct);
    }

    /// <summary>Handles POST: the same parameters, fetched with GET, bring the Lax cookies that a cross-site post leaves out.</summary>
    public static async Task<IResult> Post(HttpContext context, EnvironmentContext environment, CancellationToken ct) =>
        await FormReader.ReadAsQueryAsync(context.Request, ct) is { } query
            ? new SeeOther($"{context.Request.PathBase}{OpenIdRoutes.Authorize}?{query}")
            : PageRenderer.BadLink(
                context, environment, OAuthError.InvalidRequest("The body must be application/x-www-form-urlencoded and smaller than 12 kB."), Secrets.NewSupportCode());

    // The pushed request was checked when it came; nothing beside it counts now (RFC 9126 §4), except whether it may still have an answer.
    private static async Task<AuthorizeVerdict> PushedAsync(EnvironmentContext environment, Parameters parameters, string key, EphemeralStore store, CancellationToken ct)
    {
        var found = parameters.IsRepeated("request_uri") || key.Length > 64 ? default : await store.GetAsync(ParEndpoint.Requests, environment.Snapshot.Id, key, ct);
        return found is { State: EphemeralState.Live, Value: { } request }
            && string.Equals(request.ClientId, parameters["client_id"], StringComparison.Ordinal)
            && environment.Snapshot.Waiting(request) is { } client
                ? new AuthorizeVerdict.Proceed(request with { PushedKey = key }, client)
                : new AuthorizeVerdict.ShowPage(UnknownRequestUri);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 210, Level = LogLevel.Information, Message = "{SupportCode}: authorization request shown as a page: {Error} {Description}")]
        public static partial void Page(ILogger logger, string supportCode, string error, string description);

        [LoggerMessage(EventId = 211, Level = LogLevel.Information, Message = "Authorization request refused: {Error} {Description}")]
        public static partial void Refused(ILogger logger, string error, string description);
    }
}
