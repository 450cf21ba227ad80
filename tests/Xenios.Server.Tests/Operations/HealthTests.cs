using System.Net;
using Npgsql;
using Xenios.Testing;

namespace Xenios.Server.Tests.Operations;

/// <summary>Probes: the process lives, and it can serve only while its database answers.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Not_ready_while_the_database_does_not_answer_but_still_live()
    {
        await using var host = await XeniosHost.StartAsync();
        Assert.Equal((HttpStatusCode.OK, "ready"), await GetAsync(host, "/health/ready"));
        await host.ExecuteAsync("ALTER TABLE schema_scripts RENAME TO lost");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the database does not answer"), await GetAsync(host, "/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "live"), await GetAsync(host, "/health/live"));
        await host.ExecuteAsync("ALTER TABLE lost RENAME TO schema_scripts");
        Assert.Equal((HttpStatusCode.OK, "ready"), await GetAsync(host, "/health/ready"));
    }

    internal static async Task<(HttpStatusCode Status, string Text)> GetAsync(XeniosHost host, string path)
    {
        using var client = host.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = "10.0.0.7:8080";
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

/// <summary>The same where the database is another machine.</summary>
[Trait("Category", "Postgres")]
public sealed class HealthOnPostgresTests
{
    [Fact]
    public async Task Not_ready_while_postgres_refuses_and_ready_again_afterwards()
    {
        await using var host = await XeniosHost.StartAsync(options => options.Postgres = PostgresServer.ConnectionString);
        var name = (await host.QueryAsync("SELECT current_database()"))[0];
        await using var server = NpgsqlDataSource.Create(PostgresServer.ConnectionString);
        Assert.Equal(HttpStatusCode.OK, (await HealthTests.GetAsync(host, "/health/ready")).Status);
        await server.CreateCommand($"ALTER DATABASE {name} ALLOW_CONNECTIONS false").ExecuteNonQueryAsync();
        await server.CreateCommand($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'").ExecuteNonQueryAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await HealthTests.GetAsync(host, "/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await HealthTests.GetAsync(host, "/health/live")).Status);
        await server.CreateCommand($"ALTER DATABASE {name} ALLOW_CONNECTIONS true").ExecuteNonQueryAsync();
        Assert.Equal(HttpStatusCode.OK, (await HealthTests.GetAsync(host, "/health/ready")).Status);
    }
}
