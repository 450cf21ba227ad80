using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Xenios.Bench;

/// <summary>The least each part of an operation can cost on this machine in this run: CPU milliseconds.</summary>
/// <param name="H">A GET answered by bare Kestrel.</param>
/// <param name="S">One ES256 signature.</param>
/// <param name="V">One ES256 verification.</param>
/// <param name="C">One committed write of one row: SQLite in WAL mode with <c>synchronous=FULL</c>.</param>
/// <param name="U">One outgoing HTTP call that is answered at once.</param>
/// <param name="P">One committed write of one row to PostgreSQL; the client's share. Null where none was measured.</param>
internal sealed record Floor(double H, double S, double V, double C, double U, double? P);

/// <summary>Measures the floors; each in a process of its own on the server's core.</summary>
internal static class Floors
{
    private const string Hello = "{\"hello\":\"world\"}";

    /// <summary>Serves the bare GET until the process is ended.</summary>
    /// <param name="port">Port on 127.0.0.1.</param>
    public static void Serve(int port) => Kestrel(port).Run();

    /// <summary>A bare Kestrel.</summary>
    /// <param name="port">Port on 127.0.0.1.</param>
    public static WebApplication Kestrel(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var body = Encoding.ASCII.GetBytes(Hello);
        app.Run(context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        return app;
    }

    /// <summary>Measures one floor in this process and prints its CPU milliseconds.</summary>
    /// <param name="what"><c>sign</c>, <c>verify</c>, <c>commit</c>, <c>postgres</c> or <c>call</c>.</param>
    /// <param name="where">Folder of the file, connection string, or port to call.</param>
    /// <param name="time">How long.</param>
    public static void Measure(string what, string where, TimeSpan time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var data = RandomNumberGenerator.GetBytes(600);
        var signature = key.SignData(data, HashAlgorithmName.SHA256);
        var room = new byte[64];
        var ms = what switch
        {
            "sign" => Repeat(() => key.SignData(data, room, HashAlgorithmName.SHA256), time),
            "verify" => Repeat(() => key.VerifyData(data, signature, HashAlgorithmName.SHA256), time),
            "commit" => Commit(Path.Combine(where, "floor.db"), time),
            "postgres" => CommitAsync(where, time).GetAwaiter().GetResult(),
            "call" => CallAsync(int.Parse(where, CultureInfo.InvariantCulture), time).GetAwaiter().GetResult(),
            _ => throw new ArgumentException($"There is no floor {what}."),
        };
        Console.WriteLine(ms.ToString("R", CultureInfo.InvariantCulture));
    }

    private static double Repeat(Action action, TimeSpan time)
    {
        var warm = Stopwatch.StartNew();
        while (warm.Elapsed < time / 2)
        {
            action();
        }

        var before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        long count = 0;
        while (clock.Elapsed < time)
        {
            action();
            count++;
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / count;
    }

    private static async Task<double> RepeatAsync(Func<Task> action, TimeSpan time)
    {
        var warm = Stopwatch.StartNew();
        while (warm.Elapsed < time / 2)
        {
            await action();
        }

        var before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        long count = 0;
        while (clock.Elapsed < time)
        {
            await action();
            count++;
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / count;
    }

    private static double Commit(string path, TimeSpan time)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using (var pragma = connection.CreateCommand())
        {
            pragma.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE floor (id BLOB NOT NULL PRIMARY KEY, payload BLOB NOT NULL) WITHOUT ROWID;";
            pragma.ExecuteNonQuery();
        }

        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO floor (id, payload) VALUES (@id, @payload)";
        var id = insert.Parameters.Add("@id", SqliteType.Blob);
        insert.Parameters.AddWithValue("@payload", RandomNumberGenerator.GetBytes(400));
        insert.Prepare();
        return Repeat(
            () =>
            {
                id.Value = RandomNumberGenerator.GetBytes(32);
                insert.ExecuteNonQuery();
            },
            time);
    }

    private static async Task<double> CommitAsync(string connectionString, TimeSpan time)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync();
        await using (var create = new NpgsqlCommand("DROP TABLE IF EXISTS floor; CREATE TABLE floor (id BYTEA NOT NULL PRIMARY KEY, payload BYTEA NOT NULL)", connection))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var insert = new NpgsqlCommand("INSERT INTO floor (id, payload) VALUES ($1, $2)", connection);
        var id = new NpgsqlParameter<byte[]>();
        insert.Parameters.Add(id);
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = RandomNumberGenerator.GetBytes(400) });
        id.TypedValue = RandomNumberGenerator.GetBytes(32);
        await insert.PrepareAsync();
        return await RepeatAsync(
            () =>
            {
                id.TypedValue = RandomNumberGenerator.GetBytes(32);
                return insert.ExecuteNonQueryAsync();
            },
            time);
    }

    private static async Task<double> CallAsync(int port, TimeSpan time)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null }) { DefaultRequestVersion = HttpVersion.Version11 };
        var address = new Uri($"http://127.0.0.1:{port}/");
        return await RepeatAsync(async () => await client.GetByteArrayAsync(address), time);
    }
}
