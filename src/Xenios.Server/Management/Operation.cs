using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Xenios.Server.Management;

/// <summary>
/// What the OpenAPI document says of one operation beyond its path and method. It stands beside the route; while the server runs, only the parameters that a change
/// may have are looked at. What follows from the rest is not said here: 401 and 403 everywhere, <c>dry_run</c> and 400 for a change, 404 where the path names something,
/// 413, 415 and 422 where there is a body, 409 where there may be an <c>Idempotency-Key</c>, 412 with <c>If-Match</c>.
/// </summary>
/// <param name="Id">Stable name of the operation in clients: a verb and the noun, camelCase.</param>
/// <param name="Summary">One sentence: what it does.</param>
internal sealed record Operation(string Id, string Summary)
{
    /// <summary>Media type of lists of JSON objects, one a line.</summary>
    public const string Lines = "application/jsonl";

    /// <summary>Whether it needs no token; only the document itself.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The record its body is; null for no body.</summary>
    public Type? Takes { get; init; }

    /// <summary>Whether it may be called without the body.</summary>
    public bool IsBodyOptional { get; init; }

    /// <summary>Media types of the body, the usual one first.</summary>
    public IReadOnlyList<string> TakesAs { get; init; } = ["application/json"];

    /// <summary>The record whose fields its merge patch may name; null where it takes none.</summary>
    public Type? Patches { get; init; }

    /// <summary>Fields beyond those that the patch may remove with null, and not set.</summary>
    public IReadOnlyList<string> Clears { get; init; } = [];

    /// <summary>The record it answers with; null for an empty answer.</summary>
    public Type? Gives { get; init; }

    /// <summary>Media types of the answer, the usual one first.</summary>
    public IReadOnlyList<string> GivesAs { get; init; } = ["application/json"];

    /// <summary>Status of an answer that is no problem; 204 where it gives nothing.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Most entries of a page, for a list that takes <c>limit</c> and <c>cursor</c>; 0 for no list.</summary>
    public int Pages { get; init; }

    /// <summary>What <c>q</c> of a list looks in; null for a list that is not searched.</summary>
    public string? Searches { get; init; }

    /// <summary>Further parameters of the query.</summary>
    public IReadOnlyList<OperationParameter> Query { get; init; } = [];

    /// <summary>Whether it cannot be tried without being done: it calls an upstream, or ends the session of the call itself.</summary>
    public bool HasNoDryRun { get; init; }

    /// <summary>Whether it compares <c>If-Match</c>; a merge patch always does.</summary>
    public bool ComparesTag { get; init; }

    /// <summary>Statuses of problems beyond those that follow from the rest.</summary>
    public IReadOnlyList<int> Refuses { get; init; } = [];
}

/// <summary>A parameter of the query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it does.</param>
/// <param name="Type">Text, number, time, boolean or a closed value.</param>
internal sealed record OperationParameter(string Name, string Meaning, Type Type);

/// <summary>Says beside a route what its operation is, and serves the document that is made of it.</summary>
internal static class OperationRoutes
{
    private const string Document = "openapi.json";

    /// <summary>Describes the operation of a route of the management API.</summary>
    /// <param name="route">The route.</param>
    /// <param name="operation">What it is.</param>
    public static RouteHandlerBuilder Is(this RouteHandlerBuilder route, Operation operation) => route.WithMetadata(operation);

    /// <summary>Adds the document's own route, which needs no token: there is nothing in it that is not in the program.</summary>
    /// <param name="app">Where to, beside the management API.</param>
    public static void MapDocument(IEndpointRouteBuilder app) => app
        .MapGet($"{ManagementRoutes.Prefix}/{Document}", () => Results.Stream(typeof(OperationRoutes).Assembly.GetManifestResourceStream(Document)!, "application/json"))
        .Is(new("readOpenApi", "This document.") { IsOpen = true, Gives = typeof(object) });
}
