using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn;

/// <summary>A server that dies between two requests: what it answered counts, and nothing is half done.</summary>
public abstract class RestartTests : IAsyncLifetime
{
    protected XeniosHost Host { get; private set; } = null!;

    protected abstract string? Postgres { get; }

    public async Task InitializeAsync() => Host = await XeniosHost.StartAsync(options =>
    {
        options.Resources = BothGenerations.Resources;
        options.Postgres = Postgres;
    });

    public async Task DisposeAsync() => await Host.DisposeAsync();

    [Theory]
    [InlineData(BothGenerations.Two)]
    [InlineData(BothGenerations.One)]
    public async Task A_sign_in_goes_on_with_the_next_server_after_every_single_step(string connection)
    {
        async Task DieAsync()
        {
            var before = await Host.SnapshotAsync();
            await Host.RestartAsync();
            Assert.Equal(WithoutVersions(before), WithoutVersions(await Host.SnapshotAsync()));
        }

        var (browser, shop) = (Host.NewBrowser(), new RelyingParty(Host));
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        await DieAsync();
        var x = await browser.LeaveAsync(page, connection);
        await DieAsync();
        var answer = await browser.GetAsync($"{x.Url}&sandbox_person=ben");
        await DieAsync();
        page = await browser.GoAsync(answer.Location!.AbsoluteUri);
        Assert.Equal("S11", page.Id);
        await DieAsync();
        page = await browser.PressAsync(page, "/email", ("email", "ben@example.com"));
        Assert.Equal("S13", page.Id);
        var code = Host.MailedCode;
        Assert.Equal(["0"], await Host.QueryAsync("SELECT COUNT(*) FROM users"));
        await DieAsync();
        page = await browser.PressAsync(page, "/email/code", ("code", code));
        Assert.Equal(shop.State, page.LocationParameter("state"));
        await DieAsync();
        var tokens = await shop.RedeemAsync(page.LocationParameter("code"));
        Assert.Equal(200, tokens.Status);
        await DieAsync();
        Assert.Equal(200, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal(shop.Nonce, (await shop.ValidateAsync(tokens.IdToken))["nonce"]);

        // The session lives too, and what was used up stays used up.
        Assert.NotNull((await browser.GoAsync(shop.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(page.LocationParameter("code"))).Error);
        Assert.Equal("callback_repeated", (await browser.GoAsync(answer.Location.AbsoluteUri)).Error);
        Assert.Equal(["1|1"], await Host.QueryAsync("SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM linked_identities)"));
    }

    // A start applies the resource file again and counts the environment's version up; nothing else may differ.
    protected static string WithoutVersions(string snapshot) =>
        string.Join('\n', snapshot.Split('\n').Where(line => !line.StartsWith("environments:", StringComparison.Ordinal)));
}

/// <summary>On SQLite.</summary>
public sealed class RestartOnSqliteTests : RestartTests
{
    protected override string? Postgres => null;

    [Theory]
    [InlineData(BothGenerations.Two, "/2/oauth2/token")]
    [InlineData(BothGenerations.Two, "/2/users/me")]
    [InlineData(BothGenerations.One, "/oauth/request_token")]
    [InlineData(BothGenerations.One, "/oauth/access_token")]
    [InlineData(BothGenerations.One, "/1.1/account/verify_credentials.json")]
    public async Task A_server_that_dies_while_it_waits_for_X_leaves_nothing_and_the_person_starts_again(string connection, string path)
    {
        var (browser, shop) = (Host.NewBrowser(), new RelyingParty(Host));
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        var before = await Host.SnapshotAsync();
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource<HttpResponseMessage?>();
        Host.Upstreams.Intercept = (request, _) =>
        {
            if (request.RequestUri!.AbsolutePath == path)
            {
                reached.TrySetResult();
                return never.Task;
            }

            return Task.FromResult<HttpResponseMessage?>(null);
        };
        string? callback = null;
        var lost = Task.Run(async () =>
        {
            var x = await browser.LeaveAsync(page, connection);
            callback = (await browser.GetAsync($"{x.Url}&sandbox_person=ada")).Location!.AbsoluteUri;
            await browser.GetAsync(callback);
        });
        await reached.Task;
        await Host.RestartAsync();
        Host.Upstreams.Intercept = null;
        never.SetException(new IOException("The server died."));
        await Assert.ThrowsAnyAsync<Exception>(() => lost);
        Assert.Equal(WithoutVersions(before), WithoutVersions(await Host.SnapshotAsync()));

        if (callback is not null)
        {
            Assert.Equal("S59", (await browser.GoAsync(callback)).Id);
        }

        var again = await browser.GoAsync(page.Url.AbsoluteUri);
        Assert.Equal("S01", again.Id);
        var back = await browser.PickAsync(await browser.LeaveAsync(again, connection), "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
    }
}

/// <summary>On PostgreSQL.</summary>
[Trait("Category", "Postgres")]
public sealed class RestartOnPostgresTests : RestartTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
