using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Management;

namespace Xenios.Server.Connections;

/// <summary>Connection tests in the management API (contract §5).</summary>
internal static class ConnectionTestApi
{
    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/connections/{id}/test", StartAsync)
            .Is(new("testConnection", "Begins a test of a connection; its address is opened in a browser.") { Takes = typeof(ConnectionTestRequest), IsBodyOptional = true, HasNoDryRun = true, Gives = typeof(ConnectionTestView) });
        api.MapGet("/connections/{id}/test/{resultId}", ReadAsync)
            .Is(new("readConnectionTest", "Shows where a test of a connection stands, to whoever began it.") { Gives = typeof(ConnectionTestView) });
    }

    private static async Task<IResult> StartAsync(Caller caller, EnvironmentContext environment, string id, HttpRequest request, ConnectionTests tests, CancellationToken ct)
    {
        // Without a body the credentials in use are tested.
        Result<ConnectionTestRequest, Problem> read = request.ContentType is null && request.ContentLength is null or 0
            ? new ConnectionTestRequest() : await RequestBody.ReadAsync<ConnectionTestRequest>(request, ct);
        return !read.TryGet(out var given, out var unreadable) ? unreadable
            : (await tests.StartAsync(caller, environment, id, given.Credentials ?? CredentialsPlace.Current, ct)).TryGet(out var test, out var problem)
                ? Results.Json(View(test, isLive: true), XeniosJson.Default.ConnectionTestView)
            : problem;
    }

    private static async Task<IResult> ReadAsync(Caller caller, EnvironmentContext environment, string id, string resultId, ConnectionTests tests, CancellationToken ct) =>
        await tests.FindAsync(environment.Snapshot.Id, resultId, ct) is var (test, isLive) && test.Caller == caller.Name && (test.Connection == id || test.ConnectionId == id)
            ? Results.Json(View(test, isLive), XeniosJson.Default.ConnectionTestView)
            : Problem.NotFound("connection test");

    private static ConnectionTestView View(ConnectionTest test, bool isLive)
    {
        var state = test.IsFinished ? ConnectionTestState.Finished : !isLive ? ConnectionTestState.Expired : test.BrowserHash is null ? ConnectionTestState.Waiting : ConnectionTestState.Opened;
        return new ConnectionTestView
        {
            ResultId = test.Id,
            Url = state == ConnectionTestState.Waiting ? test.Host + ConnectionTests.Path + test.Id : null,
            Connection = test.Connection,
            Credentials = WireName.TryParse<CredentialsPlace>(test.Credentials, out var place) ? place : CredentialsPlace.Current,
            Source = WireName.TryParse<ConnectionCredentialKind>(test.Source, out var source) ? source : ConnectionCredentialKind.Own,
            State = state,
            Outcome = test.HasFailed ? SignInOutcome.Failed : test.Error is not null ? SignInOutcome.Refused : test.WentWell ? SignInOutcome.Ok
                : state == ConnectionTestState.Expired ? SignInOutcome.Abandoned : SignInOutcome.Running,
            StartedAt = test.StartedAt,
            ExpiresAt = test.StartedAt + ConnectionTests.Lifetime,
            Hops = [.. test.Hops.Select(hop => new SignInHop
            {
                Time = DateTimeOffset.FromUnixTimeMilliseconds(hop.At),
                DurationMs = hop.Duration,
                Kind = hop.Kind,
                Outcome = hop.Outcome switch { HopOutcome.Failed => SignInOutcome.Failed, HopOutcome.Refused => SignInOutcome.Refused, _ => SignInOutcome.Ok },
                Title = ConnectionTestLines.Title(hop),
                Data = hop.Data ?? new Dictionary<string, string>(),
                Error = hop.Error is { } code ? ErrorCatalogue.Find(code) is var entry ? new SignInError(code, entry.Title, entry.Remedy) : null : null,
            })],
        };
    }
}
