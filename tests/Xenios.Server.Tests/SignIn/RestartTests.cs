using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn;

/// <summary>A server that dies between two requests: what it answered counts, and nothing is half done.</summary>
public abstract class RestartTests : IAsyncLifetime
{
    private XeniosHost _host = null!;

    public static TheoryData<string, string> Moments
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var moment in (string[])["after authorize", "after leaving", "before the callback", "before the email", "before the mailed code", "before the token request", "everywhere"])
            {
                data.Add(BothGenerations.Two, moment);
                data.Add(BothGenerations.One, moment);
            }

            return data;
        }
    }

    protected abstract string? Postgres { get; }

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options =>
    {
        options.Resources = BothGenerations.Resources;
        options.Postgres = Postgres;
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task A_sign_in_goes_on_with_the_next_server(string connection, string moment)
    {
        async Task DieAsync(string now)
        {
            if (moment == now || moment == "everywhere")
            {
                var before = await _host.SnapshotAsync();
                await _host.RestartAsync();
                Assert.Equal(WithoutVersions(before), WithoutVersions(await _host.SnapshotAsync()));
            }
        }

        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        await DieAsync("after authorize");
        var x = await browser.LeaveAsync(page, connection);
        await DieAsync("after leaving");
        var answer = await browser.GetAsync($"{x.Url}&sandbox_person=ben");
        await DieAsync("before the callback");
        page = await browser.GoAsync(answer.Location!.AbsoluteUri);
        Assert.Equal("S11", page.Id);
        await DieAsync("before the email");
        page = await browser.PressAsync(page, "/email", ("email", "ben@example.com"));
        Assert.Equal("S13", page.Id);
        var code = _host.MailedCode;
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM users"));
        await DieAsync("before the mailed code");
        page = await browser.PressAsync(page, "/email/code", ("code", code));
        Assert.Equal(shop.State, page.LocationParameter("state"));
        await DieAsync("before the token request");
        var tokens = await shop.RedeemAsync(page.LocationParameter("code"));
        Assert.Equal(200, tokens.Status);
        await DieAsync("nothing more");
        Assert.Equal(200, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal(shop.Nonce, (await shop.ValidateAsync(tokens.IdToken))["nonce"]);

        // The session lives too, and what was used up stays used up.
        Assert.NotNull((await browser.GoAsync(shop.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(page.LocationParameter("code"))).Error);
        Assert.Equal("callback_repeated", (await browser.GoAsync(answer.Location.AbsoluteUri)).Error);
        Assert.Equal(["1|1"], await _host.QueryAsync("SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM linked_identities)"));
    }

    [Theory]
    [InlineData(BothGenerations.Two, "/2/oauth2/token")]
    [InlineData(BothGenerations.Two, "/2/users/me")]
    [InlineData(BothGenerations.One, "/oauth/request_token")]
    [InlineData(BothGenerations.One, "/oauth/access_token")]
    [InlineData(BothGenerations.One, "/1.1/account/verify_credentials.json")]
    public async Task A_server_that_dies_while_it_waits_for_X_leaves_nothing_and_the_person_starts_again(string connection, string path)
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        var before = await _host.SnapshotAsync();
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource<HttpResponseMessage?>();
        _host.Upstreams.Intercept = (request, _) =>
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
        await _host.RestartAsync();
        _host.Upstreams.Intercept = null;
        never.SetException(new IOException("The server died."));
        await Assert.ThrowsAnyAsync<Exception>(() => lost);
        Assert.Equal(WithoutVersions(before), WithoutVersions(await _host.SnapshotAsync()));

        if (callback is not null)
        {
            Assert.Equal("S59", (await browser.GoAsync(callback)).Id);
        }

        var again = await browser.GoAsync(page.Url.AbsoluteUri);
        Assert.Equal("S01", again.Id);
        var back = await browser.PickAsync(await browser.LeaveAsync(again, connection), "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
    }

    // A start applies the resource file again and counts the environment's version up; nothing else may differ.
    private static string WithoutVersions(string snapshot) =>
        string.Join('\n', snapshot.Split('\n').Where(line => !line.StartsWith("environments:", StringComparison.Ordinal)));
}

/// <summary>On SQLite.</summary>
public sealed class RestartOnSqliteTests : RestartTests
{
    protected override string? Postgres => null;
}

/// <summary>On PostgreSQL.</summary>
[Trait("Category", "Postgres")]
public sealed class RestartOnPostgresTests : RestartTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
