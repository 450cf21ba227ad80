using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Server.Storage;

namespace Xenios.Server.Hosting;

/// <summary>Whether the process lives, and whether it can serve.</summary>
internal static class Health
{
    // Shorter than probes wait.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Adds the routes; they answer under any host name, as probes need.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live"));
        routes.MapGet("/health/ready", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(Database database, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            // A table of ours: that the engine answers says little.
            await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT MAX(number) FROM schema_scripts", cancellationToken: limit.Token)), limit.Token);
            return Results.Text("ready");
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or OperationCanceledException or TimeoutException or InvalidOperationException)
        {
            return Results.Text("the database does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
