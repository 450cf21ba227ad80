namespace Xenios.Testing;

/// <summary>The PostgreSQL server of a test run: <c>./test</c> starts one and names it. Tests on it carry the trait <c>Category=Postgres</c>.</summary>
public static class PostgresServer
{
    /// <summary>Connection string of a server whose databases may be created.</summary>
    public static string ConnectionString =>
        Environment.GetEnvironmentVariable("XENIOS_TEST_POSTGRES") ?? throw new InvalidOperationException("These tests need PostgreSQL: run ./test postgres, which starts one.");
}
