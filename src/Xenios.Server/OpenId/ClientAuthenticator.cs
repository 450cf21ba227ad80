using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.OpenId;

/// <summary>A form from an authenticated client.</summary>
/// <param name="Client">Who sent it.</param>
/// <param name="Form">What it says.</param>
internal sealed record ClientForm(Client Client, Parameters Form);

/// <summary>The first two phases of every endpoint that clients call themselves: a readable form, and who sent it (RFC 6749 §2.3, §3.2.1).</summary>
internal sealed partial class ClientAuthenticator(ClientKeySource keys, EphemeralStore store, TimeProvider time, ILogger<ClientAuthenticator> logger)
{
    /// <summary>Key space of assertions that were used: client and <c>jti</c>.</summary>
    private static readonly EphemeralKind<SpentAssertion> Spent = new("client_assertion", SpentAssertionJson.Default.SpentAssertion);

    /// <summary>Reads the form and authenticates the client.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<Result<ClientForm, OAuthError>> ReadAsync(HttpContext context, EnvironmentContext environment, CancellationToken ct)
    {
        if (!(await FormReader.ReadFromClientAsync(context.Request, time, ct)).TryGet(out var form, out var noForm))
        {
            return noForm;
        }

        if (TokenRules.CheckForm(form) is { } malformed)
        {
            return malformed;
        }

        var authorization = context.Request.Headers.Authorization;
        if (authorization.Count > 1)
        {
            return OAuthError.InvalidRequest("The Authorization header was sent more than once.");
        }

        if (!ClientCredentials.Read(authorization, form).TryGet(out var credentials, out var unreadable))
        {
            return unreadable;
        }

        if (!environment.Snapshot.Clients.TryGetValue(credentials.ClientId, out var client))
        {
            return OAuthError.InvalidClient("there is no such client");
        }

        var unproved = credentials is { Assertion: { } assertion } && credentials.Method == client.AuthenticationMethod
            ? await ProveAsync(assertion, client, environment, ct)
            : credentials.Check(client, time.GetUtcNow());
        return unproved is null ? new ClientForm(client, form) : unproved;
    }

    // Claims first, which cost nothing; then the signature; and only what the client really signed is written down as used.
    private async Task<OAuthError?> ProveAsync(ClientAssertion assertion, Client client, EnvironmentContext environment, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (assertion.Check(client, environment.Issuer, now) is { } wrong)
        {
            return wrong;
        }

        var signed = client.AuthenticationMethod == ClientAuthenticationMethod.ClientSecretJwt
            ? client.AssertionSecrets.Any(secret => (secret.Until is null || secret.Until > now) && assertion.IsSignedWith(secret.Value))
            : await keys.FindAsync(client, ct) is { } known
                && (assertion.IsSignedBy(known) || (await keys.FindAgainAsync(client, known, ct) is { } renewed && assertion.IsSignedBy(renewed)));
        if (!signed)
        {
            return OAuthError.InvalidClient("no key or secret of the client signed the assertion");
        }

        var (id, key) = (environment.Snapshot.Id, $"{client.ClientId}\n{assertion.Id}");
        var first = await store.SpendAsync(Spent, id, key, new SpentAssertion(now), assertion.AcceptedUntil - now, ct);
        return first ? null : OAuthError.InvalidClient("the assertion was used before");
    }

    /// <summary>Answers with an error as JSON (RFC 6749 §5.2) and notes why.</summary>
    /// <param name="context">The request.</param>
    /// <param name="clientId">The client, where it is known.</param>
    /// <param name="error">The error.</param>
    public IResult Refuse(HttpContext context, string? clientId, OAuthError error)
    {
        Log.Refused(logger, context.Request.Path.Value, clientId, error.Code, error.LogDetail ?? error.Description);
        var status = StatusCodes.Status400BadRequest;
        if (error.Code == "invalid_client")
        {
            status = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"xenios\", charset=\"UTF-8\"";
        }

        if (error == FormReader.TooLarge && context.Request.Path == OpenIdRoutes.PushedRequests)
        {
            status = StatusCodes.Status413PayloadTooLarge; // RFC 9126 §2.3; RFC 6749 §5.2 knows 400 alone
        }

        return Results.Json(new ErrorBody(error.Code, error.Description), TokenJson.Default.ErrorBody, "application/json", status);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 220, Level = LogLevel.Information, Message = "{Path} refused {ClientId}: {Error} {Detail}")]
        public static partial void Refused(ILogger logger, string? path, string? clientId, string error, string detail);
    }
}

/// <summary>An assertion that was used.</summary>
/// <param name="At">When.</param>
internal sealed record SpentAssertion(DateTimeOffset At);

/// <summary>How used assertions are written.</summary>
[JsonSerializable(typeof(SpentAssertion))]
internal sealed partial class SpentAssertionJson : JsonSerializerContext;
