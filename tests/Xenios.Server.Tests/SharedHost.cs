using Xenios.Testing;

namespace Xenios.Server.Tests;

/// <summary>One server for all tests of a class that do not disturb each other, with applications for the corners that the usual three do not have.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    /// <summary>The further applications.</summary>
    public const string Applications =
        """
        environment: { slug: default }
        applications:
          - client_id: native
            name: Native
            type: native
            redirect_uris: ["http://127.0.0.1/cb", "http://[::1]/cb", "com.example.app:/cb"]
            grant_types: [authorization_code]
            connections: [x]
          - client_id: lax
            name: Lax
            type: web
            client_secret: lax-secret-0123456789-abcdefghijklmnopq
            require_pkce: false
            redirect_uris: [https://lax.test/cb]
            grant_types: [authorization_code]
            connections: [x]
          - client_id: brief
            name: Brief
            type: web
            client_secret: brief-secret-0123456789-abcdefghijklmno
            access_token_lifetime: 60
            redirect_uris: [https://brief.test/cb]
            grant_types: [authorization_code]
            connections: [x]
          - client_id: office
            name: Office
            type: web
            client_secret: office-secret-0123456789-abcdefghijklmn
            redirect_uris: [https://office.test/cb]
            grant_types: [client_credentials]
            connections: [x]
        """;

    public XeniosHost Host { get; private set; } = null!;

    public static RelyingParty Native(XeniosHost host, string redirectUri = "http://127.0.0.1/cb") =>
        new(host) { ClientId = "native", Secret = null, RedirectUri = redirectUri };

    public static RelyingParty Lax(XeniosHost host) =>
        new(host) { ClientId = "lax", Secret = "lax-secret-0123456789-abcdefghijklmnopq", RedirectUri = "https://lax.test/cb" };

    public static RelyingParty Brief(XeniosHost host) =>
        new(host) { ClientId = "brief", Secret = "brief-secret-0123456789-abcdefghijklmno", RedirectUri = "https://brief.test/cb" };

    public static RelyingParty Office(XeniosHost host) =>
        new(host) { ClientId = "office", Secret = "office-secret-0123456789-abcdefghijklmn", RedirectUri = "https://office.test/cb" };

    public async Task InitializeAsync() => Host = await XeniosHost.StartAsync(options => options.MoreResources.Add(Applications));

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

/// <summary>One server with a second environment under <c>/e/two</c>, whose applications have the names and secrets of the first.</summary>
public sealed class TwoEnvironmentsHost : IAsyncLifetime
{
    /// <summary>Issuer of the second environment.</summary>
    public const string Second = $"{XeniosHost.Url}/e/two";

    public XeniosHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await XeniosHost.StartAsync(options =>
        options.MoreResources.Add(XeniosHost.Resources.Replace("slug: default", "slug: two", StringComparison.Ordinal)));

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
