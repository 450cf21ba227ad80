using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.OpenId;

/// <summary>Pushed authorization requests (RFC 9126): the request is checked and kept here, the browser carries only its name.</summary>
internal static class ParEndpoint
{
    /// <summary>Key space of pushed requests.</summary>
    public static readonly EphemeralKind<AuthorizeRequest> Requests = new("pushed_request", ParJson.Default.AuthorizeRequest);

    /// <summary>How every name of a pushed request begins.</summary>
    public const string Prefix = "urn:ietf:params:oauth:request_uri:";

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(90);

    /// <summary>Handles POST.</summary>
    public static async Task<IResult> Post(
        HttpContext context, EnvironmentContext environment, ClientAuthenticator authenticator, EphemeralStore store, CancellationToken ct)
    {
        if (!(await authenticator.ReadAsync(context, environment, ct)).TryGet(out var sent, out var unproved))
        {
            return authenticator.Refuse(context, null, unproved);
        }

        var (client, form) = sent;
        if (form["request_uri"] is not null)
        {
            return authenticator.Refuse(context, client.ClientId, OAuthError.InvalidRequest("request_uri cannot be pushed."));
        }

        // Whoever authenticated by header need not repeat the client_id (RFC 9126 §2.1).
        var verdict = AuthorizeRules.Check(form, name => string.Equals(name, client.ClientId, StringComparison.Ordinal) ? client : null, environment.HintReader(form), client.ClientId);
        switch (verdict)
        {
            case AuthorizeVerdict.ShowPage page:
                return authenticator.Refuse(context, client.ClientId, page.Error with { Code = "invalid_request" });
            case AuthorizeVerdict.Refuse refuse:
                return authenticator.Refuse(context, client.ClientId, refuse.Error);
        }

        var key = Secrets.New();
        await store.PutAsync(Requests, environment.Snapshot.Id, key, ((AuthorizeVerdict.Proceed)verdict).Request, Lifetime, TimeSpan.FromHours(1), ct);
        return Results.Json(new PushedRequest(Prefix + key, (int)Lifetime.TotalSeconds), ParJson.Default.PushedRequest, "application/json", StatusCodes.Status201Created);
    }
}

/// <summary>The answer to a pushed request.</summary>
/// <param name="RequestUri">Its name.</param>
/// <param name="ExpiresIn">Seconds it may be used.</param>
internal sealed record PushedRequest(string RequestUri, int ExpiresIn);

/// <summary>How pushed requests are written.</summary>
[JsonSerializable(typeof(AuthorizeRequest))]
[JsonSerializable(typeof(PushedRequest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ParJson : JsonSerializerContext;
