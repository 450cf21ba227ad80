using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Resources;

namespace Xenios.Server.Users;

/// <summary>Import and export of users in the management API: JSON lines in, JSON lines out; and everything about one person.</summary>
internal static class UserTransferApi
{
    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/users/import", ImportAsync)
            .Is(new("importUsers", "Imports users, one a line, 1,000 at most.")
            {
                Takes = typeof(UserImport),
                TakesAs = [Operation.Lines, "application/x-ndjson"],
                Gives = typeof(ImportResult),
                Refuses = [503],
            });
        api.MapGet("/users/export", ExportAsync)
            .Is(new("exportUsers", "Writes users without secrets, one a line; the next page is in the Link header.") { Pages = UserExports.MostLines, Gives = typeof(UserImport), GivesAs = [Operation.Lines] });
        api.MapGet("/users/{id}/export", PersonAsync)
            .Is(new("exportUser", "Writes everything that is held about a person, without secrets.") { Gives = typeof(UserExport) });
    }

    private static async Task<IResult> ImportAsync(Caller caller, EnvironmentContext environment, UserImporter importer, HttpRequest request, CancellationToken ct)
    {
        if (request.ContentType?.Split(';')[0].Trim() is not (Operation.Lines or "application/x-ndjson"))
        {
            return new Problem(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send {Operation.Lines}: one JSON object per line.");
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // A little more, so that it is this endpoint that refuses what is too much.
            size.MaxRequestBodySize = ImportLine.MostBytes + (64 * 1024);
        }

        return (await RequestBody.TextAsync(request, ImportLine.MostBytes, ct)).TryGet(out var text, out var problem)
            && (await importer.ImportAsync(caller, environment.Snapshot, text, ct)).TryGet(out var result, out problem)
                ? Representation.Of(result, XeniosJson.Default.ImportResult)
                : problem;
    }

    private static async Task<IResult> ExportAsync(Caller caller, EnvironmentContext environment, UserExports exports, HttpRequest request, CancellationToken ct)
    {
        if (!Listing.Read(request, UserExports.MostLines).TryGet(out var listing, out var problem))
        {
            return problem;
        }

        if (listing.Query is not null)
        {
            return Problem.Malformed(new FieldError("q", FieldCode.NotAllowed, "an export is of all users"));
        }

        var (lines, next) = await exports.LinesAsync(caller, environment.Snapshot, listing.After, listing.Limit, ct);
        if (next is not null)
        {
            // RFC 8288.
            request.HttpContext.Response.Headers.Link = string.Create(
                CultureInfo.InvariantCulture, $"<{request.PathBase}{ManagementRoutes.Prefix}/users/export?limit={listing.Limit}&cursor={Listing.Cursor(next)}>; rel=\"next\"");
        }

        return Results.Bytes(lines, Operation.Lines);
    }

    private static async Task<IResult> PersonAsync(string id, Caller caller, EnvironmentContext environment, UserExports exports, CancellationToken ct) =>
        !UserApi.IsId(id) ? Problem.NotFound("user")
        : (await exports.PersonAsync(caller, environment.Snapshot, id, ct)).TryGet(out var export, out var problem) ? Representation.Of(export, XeniosJson.Default.UserExport)
        : problem;
}
