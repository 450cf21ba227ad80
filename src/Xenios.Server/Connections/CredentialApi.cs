using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Management;

namespace Xenios.Server.Connections;

/// <summary>The sets of credentials of a connection in the management API.</summary>
internal static class CredentialApi
{
    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/connections/{id}/credentials", ReadAsync)
            .Is(new("readCredentials", "Shows the sets of credentials of a connection, without their secrets.") { Gives = typeof(CredentialsView) });
        api.MapPut("/connections/{id}/credentials/next", SetNextAsync)
            .Is(new("setNextCredentials", "Stores the next set of credentials beside the one in use, to be tested.") { Takes = typeof(CredentialsResource), Gives = typeof(CredentialsView) });
        api.MapDelete("/connections/{id}/credentials/{place}", DeleteAsync)
            .Is(new("deleteCredentials", "Forgets the next or the former set of credentials."));
        api.MapPost("/connections/{id}/credentials/{place}/activate", ActivateAsync)
            .Is(new("activateCredentials", "Puts the next set of credentials into use, or the former one back.") { Takes = typeof(CredentialsActivation), IsBodyOptional = true, Gives = typeof(CredentialsView) });
    }

    private static async Task<IResult> ReadAsync(EnvironmentContext environment, string id, CredentialAdmin admin, CancellationToken ct) =>
        await admin.FindAsync(environment.Snapshot, id, ct) is { } found ? Show(found) : Problem.NotFound("connection");

    private static async Task<IResult> SetNextAsync(Caller caller, string id, HttpRequest request, CredentialAdmin admin, CancellationToken ct) =>
        !(await RequestBody.ReadAsync<CredentialsResource>(request, ct)).TryGet(out var given, out var unreadable) ? unreadable
        : (await admin.SetNextAsync(caller, id, given, ct)).TryGet(out var stored, out var problem) ? Show(stored)
        : problem;

    private static async Task<IResult> DeleteAsync(Caller caller, string id, string place, CredentialAdmin admin, CancellationToken ct) =>
        Beside(place) is not { } which ? Problem.NotFound("set of credentials")
        : (await admin.DeleteAsync(caller, id, which, ct)).TryGet(out _, out var problem) ? Results.NoContent()
        : problem;

    private static async Task<IResult> ActivateAsync(Caller caller, string id, string place, HttpRequest request, CredentialAdmin admin, CancellationToken ct)
    {
        // Without a body everything is as usual.
        Result<CredentialsActivation, Problem> read = request.ContentType is null && request.ContentLength is null or 0
            ? new CredentialsActivation() : await RequestBody.ReadAsync<CredentialsActivation>(request, ct);
        return Beside(place) is not { } which ? Problem.NotFound("set of credentials")
            : !read.TryGet(out var given, out var unreadable) ? unreadable
            : (await admin.ActivateAsync(caller, id, which, given, ct)).TryGet(out var stored, out var problem) ? Show(stored)
            : problem;
    }

    private static CredentialsPlace? Beside(string place) => WireName.TryParse<CredentialsPlace>(place, out var which) && which != CredentialsPlace.Current ? which : null;

    private static Representation Show(CredentialsView view) => Representation.Of(view, XeniosJson.Default.CredentialsView);
}
