using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Server.Storage;

namespace Xenios.Server.Hosting;

/// <summary>Whether the process lives, and whether it can serve.</summary>
internal static class Health
{
    /// <summary>Adds the routes; they answer under any host name, as probes need.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live"));
        routes.MapGet("/health/ready", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(Database database, CancellationToken ct)
    {
        try
        {
            await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT 1"), ct);
            return Results.Text("ready");
        }
        catch (System.Data.Common.DbException)
        {
            return Results.Text("the database does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
