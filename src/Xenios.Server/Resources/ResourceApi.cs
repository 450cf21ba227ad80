using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Management;

namespace Xenios.Server.Resources;

/// <summary>The resource file in the management API: what it would change, making it so, and writing it back. The file's <c>${NAME}</c> are filled where it lies, by the command.</summary>
internal static class ResourceApi
{
    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/resources", ExportAsync)
            .Is(new("exportResources", "Writes the environment as a resource file without secrets, YAML unless JSON is asked for.") { Gives = typeof(ResourceDocument), GivesAs = ["application/yaml", "application/json"] });
        api.MapPost("/resources/plan", PlanAsync)
            .Is(new("planResources", "Says what a resource file would change.") { Takes = typeof(ResourceDocument), TakesAs = ["application/json", "application/yaml"], Gives = typeof(ResourceChangeList) });
        api.MapPost("/resources/apply", ApplyAsync)
            .Is(new("applyResources", "Makes the environment what a resource file says, in one transaction.") { Takes = typeof(ResourceDocument), TakesAs = ["application/json", "application/yaml"], Gives = typeof(ResourceChangeList) });
    }

    private static async Task<IResult> ExportAsync(HttpRequest request, Caller caller, Exporter exporter, CancellationToken ct)
    {
        var document = await exporter.ReadAsync(caller.EnvironmentId, ct);
        return request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)
            ? Results.Json(document, XeniosJson.Default.ResourceDocument)
            : Results.Text(Exporter.AsYaml(document), "application/yaml", System.Text.Encoding.UTF8);
    }

    private static Task<IResult> PlanAsync(HttpRequest request, Caller caller, EnvironmentContext environment, Applier applier, CancellationToken ct) =>
        TryAsync(request, caller, environment, applier, keep: false, ct);

    private static Task<IResult> ApplyAsync(HttpRequest request, Caller caller, EnvironmentContext environment, Applier applier, CancellationToken ct) =>
        TryAsync(request, caller, environment, applier, keep: !caller.IsDryRun, ct);

    private static async Task<IResult> TryAsync(HttpRequest request, Caller caller, EnvironmentContext environment, Applier applier, bool keep, CancellationToken ct)
    {
        if (!(await ReadAsync(request, ct)).TryGet(out var reading, out var unreadable))
        {
            return unreadable;
        }

        var document = reading.Document!;

        // Without a name the file means the environment it was sent to; only the operator reaches another.
        document = document with { Environment = (document.Environment ?? new()) with { Slug = document.Environment?.Slug ?? environment.Snapshot.Slug } };
        if (!caller.IsOperator && (document.Environment.Slug != environment.Snapshot.Slug || (document.Environment.Kind is { } kind && kind != environment.Snapshot.Kind)))
        {
            return new Problem(StatusCodes.Status403Forbidden, "forbidden", "This token manages its own environment, and not whether that is production.");
        }

        return (await applier.ApplyAsync(caller, document, keep, ct)).TryGet(out var changes, out var refused)
            ? Results.Json(changes with { Applied = keep }, XeniosJson.Default.ResourceChangeList)
            : Problem.Refused(reading.Positions.Count == 0 ? refused : [.. refused.Select(error => Placed(reading.Locate(error)))]);
    }

    // What is pasted into the console is the file itself; ${NAME} has nothing here to be filled from, least of all the server's own environment.
    private static async Task<Result<ResourceFileReading, Problem>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentType?.Split(';')[0].Trim() != "application/yaml")
        {
            return (await RequestBody.ReadAsync<ResourceDocument>(request, ct, ResourceFile.MaxBytes)).TryGet(out var document, out var problem) ? new ResourceFileReading(document, []) : problem;
        }

        if (!(await RequestBody.TextAsync(request, ResourceFile.MaxBytes, ct)).TryGet(out var text, out var unreadable))
        {
            return unreadable;
        }

        var reading = ResourceFile.Read(text, "", variables: _ => null);
        return reading.Document is null ? Problem.Malformed([.. reading.Errors.Select(Placed)]) : reading;
    }

    private static FieldError Placed(ResourceFileError error) =>
        new(error.Field, error.Code ?? FieldCode.Malformed, $"line {error.Line}: {error.Message}{(error.Nearest is null ? "" : $"; did you mean {error.Nearest}?")}");
}
