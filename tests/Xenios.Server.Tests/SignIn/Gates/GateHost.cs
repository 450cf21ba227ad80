using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>One server for the tests of a class, with an application that offers a connection per policy and accounts that were here before.</summary>
public class GateHost : IAsyncLifetime
{
    /// <summary>The rig's own file, with more connections, an application that offers them all, and more accounts.</summary>
    public static readonly string Resources = XeniosHost.Resources
        .Replace(
            "connections:\n  - { slug: x, kind: x, name: X }",
            """
              - client_id: many
                name: Many
                type: web
                client_secret: many-secret-0123456789-abcdefghijklmnop
                redirect_uris: [https://rp.test/cb]
                scopes: [openid, profile, email]
                connections: [x, optional, without, reject, trusted, separate, closed]
              - client_id: lax
                name: Lax
                type: web
                client_secret: laxx-secret-0123456789-abcdefghijklmnop
                redirect_uris: [https://rp.test/cb]
                scopes: [openid, profile, email]
                connections: [x]
                require_email: false
            connections:
              - { slug: x, kind: x, name: X }
              - { slug: optional, kind: x, name: X, policy: { missing_email: ask_optional } }
              - { slug: without, kind: x, name: X, policy: { missing_email: allow_without } }
              - { slug: reject, kind: x, name: X, policy: { missing_email: reject } }
              - { slug: trusted, kind: x, name: X, policy: { email_trust: when_provider_says_verified } }
              - { slug: separate, kind: x, name: X, policy: { link_policy: never, email_trust: when_provider_says_verified } }
              - { slug: closed, kind: x, name: X, policy: { on_no_match: reject } }
            """,
            StringComparison.Ordinal)
        + "\n  - { username: admin, email: admin@v.test, email_verified: true, password: correct-horse-battery }"
        + "\n  - { email: squatter@v.test, email_verified: false, password: attackers-own-password }";

    /// <summary>The server; set before the first test runs.</summary>
    public XeniosHost Host { get; private set; } = null!;

    /// <summary>An application that offers every connection.</summary>
    public RelyingParty Many => new(Host) { ClientId = "many", Secret = "many-secret-0123456789-abcdefghijklmnop" };

    /// <summary>An application that needs no address.</summary>
    public RelyingParty Lax => new(Host) { ClientId = "lax", Secret = "laxx-secret-0123456789-abcdefghijklmnop" };

    /// <summary>Connection string of a PostgreSQL server; null for SQLite.</summary>
    protected virtual string? Postgres => null;

    public async Task InitializeAsync() => Host = await XeniosHost.StartAsync(options => (options.Resources, options.Postgres) = (Resources, Postgres));

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>The server with all hourly limits behind it, so that one test does not use up another's.</summary>
    public XeniosHost Fresh()
    {
        Host.Clock.Advance(TimeSpan.FromHours(2));
        return Host;
    }
}

/// <summary>The same server on PostgreSQL.</summary>
public sealed class GateHostOnPostgres : GateHost
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
