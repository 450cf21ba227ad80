using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Logout tokens arrive, sooner or later, and hold up nobody (standards BCL-02; threats I04, K01).</summary>
public class BackchannelDeliveryTests : BackchannelRig
{
    [Theory] // BCL-02: 200 and 204 are done, everything else is tried again
    [InlineData(HttpStatusCode.OK, true)]
    [InlineData(HttpStatusCode.NoContent, true)]
    [InlineData(HttpStatusCode.Accepted, false)]
    [InlineData(HttpStatusCode.Found, false)]
    [InlineData(HttpStatusCode.BadRequest, false)]
    [InlineData(HttpStatusCode.ServiceUnavailable, false)]
    public async Task What_is_not_acknowledged_is_told_again_with_a_new_token(HttpStatusCode status, bool done)
    {
        Answer = () => status;
        var browser = Host.NewBrowser();
        await new RelyingParty(Host).SignInAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        await QueuedAsync(done ? 0 : 1);
        Host.Clock.Advance(TimeSpan.FromSeconds(30));
        await Deliveries.DeliverAsync(CancellationToken.None);
        if (!done)
        {
            // The server itself may have taken it, still at work on the first try.
            await ArrivedAsync(2);
            Assert.NotEqual(Text(Jwt.Payload(Received(0).Token), "jti"), Text(Jwt.Payload(Received(1).Token), "jti"));
            await ValidateAsync(Received(1).Token, "shop");
        }

        Assert.Equal(done ? 1 : 2, Posts.Count);
    }

    [Fact] // I04: a cap, and then a line for the operator
    public async Task Application_that_never_answers_is_given_up_after_six_tries()
    {
        Answer = () => throw new HttpRequestException("down");
        var browser = Host.NewBrowser();
        await new RelyingParty(Host).SignInAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        for (var i = 0; i < 10; i++)
        {
            Host.Clock.Advance(TimeSpan.FromHours(7));
            await Deliveries.DeliverAsync(CancellationToken.None);
        }

        Assert.Equal(SessionApplications.MostAttempts, Posts.Count);
        Assert.Equal(["0"], await Host.QueryAsync("SELECT COUNT(*) FROM session_applications"));
        Assert.Single(Host.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("[242]", StringComparison.Ordinal));
    }

    [Fact] // I04: nothing of a token is in the log
    public async Task Logs_hold_no_logout_token()
    {
        Answer = () => HttpStatusCode.BadRequest;
        var browser = Host.NewBrowser();
        await new RelyingParty(Host).SignInAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        await QueuedAsync(1);
        var signature = Received(0).Token.Split('.')[2];
        Assert.DoesNotContain(Host.Log.Lines, line => line.Contains(signature, StringComparison.Ordinal));
    }

    [Fact] // I04: the queue is in the database
    public async Task What_was_not_delivered_before_a_restart_is_delivered_after_it()
    {
        Answer = () => HttpStatusCode.BadGateway;
        var browser = Host.NewBrowser();
        await new RelyingParty(Host).SignInAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        Answer = () => HttpStatusCode.OK;
        await Host.RestartAsync();
        Host.Clock.Advance(TimeSpan.FromSeconds(30));
        await Deliveries.DeliverAsync(CancellationToken.None);
        await QueuedAsync(0);
        Assert.Equal(2, Posts.Count);
    }

    [Fact] // the address is the application's of now
    public async Task Application_that_wants_to_hear_no_more_is_not_told()
    {
        var browser = Host.NewBrowser();
        await new RelyingParty(Host).SignInAsync(browser);
        await Host.ApplyAsync(XeniosHost.Resources);
        await SignOutAsync(browser);
        await QueuedAsync(0);
        Assert.Empty(Posts);
    }

    [Fact] // BCL-02, I04: the browser never waits
    public async Task Sleeping_application_does_not_hold_up_signing_out()
    {
        var release = new TaskCompletionSource();
        Host.Upstreams.Intercept = async (request, ct) =>
        {
            if (request.RequestUri!.Host != "rp.test")
            {
                return null;
            }

            await release.Task.WaitAsync(ct);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        var browser = Host.NewBrowser();
        await new RelyingParty(Host).SignInAsync(browser);
        await SignOutAsync(browser);
        Assert.NotEqual(["0"], await Host.QueryAsync("SELECT COUNT(*) FROM session_applications"));
        release.SetResult();
        await QueuedAsync(0);
    }

    [Fact] // I04: a time-out of our own
    public async Task Application_that_does_not_answer_in_time_is_told_again()
    {
        await Host.RestartAsync(options => options.VisitLimit = TimeSpan.FromMilliseconds(200));
        var browser = Host.NewBrowser();
        await new RelyingParty(Host).SignInAsync(browser);
        Host.Upstreams.Intercept = async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return null;
        };
        await SignOutAsync(browser);
        await QueuedAsync(1);
        await UntilAsync(() => Task.FromResult(Host.Log.Lines.Any(line => line.Contains("[241]", StringComparison.Ordinal) && line.Contains("no answer in time", StringComparison.Ordinal))));
    }

    [Fact] // I04: and holds up nobody else, however much it is to be told
    public async Task Application_that_never_answers_delays_no_other_and_all_it_is_to_be_told_counts_as_tried()
    {
        const int Sessions = 40;
        await Host.RestartAsync(options => options.VisitLimit = TimeSpan.FromSeconds(2));
        var (calls, told) = (0, 0);
        Host.Upstreams.Intercept = async (request, ct) =>
        {
            if (request.RequestUri!.Host == "rp.test")
            {
                Interlocked.Increment(ref calls);
                await Task.Delay(Timeout.Infinite, ct);
            }

            Interlocked.Increment(ref told);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        var due = Host.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var environment = (await Host.QueryAsync("SELECT environment_id FROM environments")).Single();
        for (var i = 0; i < Sessions; i++)
        {
            await Host.ExecuteAsync($"INSERT INTO session_applications VALUES ('{environment}', 's{i}', 'shop', 'u', '{XeniosHost.Url}', 0, {due - 1})");
        }

        await Host.ExecuteAsync($"INSERT INTO session_applications VALUES ('{environment}', 'last', 'other', 'u', '{XeniosHost.Url}', 0, {due})");
        var delivery = Deliveries.DeliverAsync(CancellationToken.None);
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref told) == 1));
        Assert.False(delivery.IsCompleted, "the other was told while the first still kept it waiting");

        await delivery;
        Assert.Equal(16, calls);
        Assert.Equal([$"1|{due + 30_000}|{Sessions}"], await Host.QueryAsync("SELECT attempts, due_at, COUNT(*) FROM session_applications GROUP BY attempts, due_at"));

        // It answers again: everything arrives.
        Host.Upstreams.Intercept = (_, _) => Task.FromResult<HttpResponseMessage?>(new HttpResponseMessage(HttpStatusCode.OK));
        Host.Clock.Advance(TimeSpan.FromSeconds(30));
        await Deliveries.DeliverAsync(CancellationToken.None);
        await QueuedAsync(0);
        Assert.Equal(["0"], await Host.QueryAsync("SELECT COUNT(*) FROM session_applications"));
    }

    [Fact] // I04: what counted as tried six times is given up like the rest
    public async Task Notices_of_an_application_that_never_answers_end_after_six_tries()
    {
        await Host.RestartAsync(options => options.VisitLimit = TimeSpan.FromMilliseconds(100));
        Host.Upstreams.Intercept = async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return null;
        };
        var environment = (await Host.QueryAsync("SELECT environment_id FROM environments")).Single();
        for (var i = 0; i < 20; i++)
        {
            await Host.ExecuteAsync($"INSERT INTO session_applications VALUES ('{environment}', 's{i}', 'shop', 'u', '{XeniosHost.Url}', 0, 0)");
        }

        for (var i = 0; i < SessionApplications.MostAttempts; i++)
        {
            Assert.Equal(["20"], await Host.QueryAsync("SELECT COUNT(*) FROM session_applications"));
            await Deliveries.DeliverAsync(CancellationToken.None);
            Host.Clock.Advance(TimeSpan.FromHours(7));
        }

        Assert.Equal(["0"], await Host.QueryAsync("SELECT COUNT(*) FROM session_applications"));
        Assert.Contains(Host.Log.Lines, line => line.Contains("[244]", StringComparison.Ordinal) && line.Contains("4 notices are given up", StringComparison.Ordinal));
    }

    [Fact] // I04, K01: a name that leads inside is refused when it is called
    public async Task Address_that_leads_inside_is_not_called()
    {
        await Host.ApplyAsync(XeniosHost.Resources.Replace(
            "    redirect_uris: [https://rp.test/cb,", "    backchannel_logout_uri: https://inside.localhost/ended\n    redirect_uris: [https://rp.test/cb,", StringComparison.Ordinal));
        var browser = Host.NewBrowser();
        await new RelyingParty(Host).SignInAsync(browser);

        // From here on the real guard, as in production.
        await Host.RestartAsync(options =>
        {
            options.Resources = "environment: { slug: default }";
            options.Services = services => services.AddSingleton(provider => new OutgoingHttp(provider.GetRequiredService<HostSettings>(), () => false));
        });
        await SignOutAsync(browser);
        await UntilAsync(() => Task.FromResult(Host.Log.Lines.Any(line => line.Contains("[241]", StringComparison.Ordinal) && line.Contains("the address is private", StringComparison.Ordinal))));
        Assert.Empty(Posts);
    }

    [Theory] // I04, K01: refused when it is registered, and once more when it is called
    [InlineData("https://10.0.0.1/ended")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://[fd00::1]/ended")]
    [InlineData("https://[::ffff:192.168.0.1]/ended")]
    [InlineData("http://shop.example/ended")]
    [InlineData("https://rp.test/ended#now")]
    [InlineData("file:///etc/passwd")]
    public async Task Address_inside_cannot_be_registered(string uri)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Host.ApplyAsync(XeniosHost.Resources.Replace(
            "    redirect_uris: [https://rp.test/cb,", $"    backchannel_logout_uri: \"{uri}\"\n    redirect_uris: [https://rp.test/cb,", StringComparison.Ordinal)));
        Assert.Contains("backchannel_logout_uri", refused.Message, StringComparison.Ordinal);
    }
}

/// <summary>The same on PostgreSQL.</summary>
[Trait("Category", "Postgres")]
public sealed class BackchannelDeliveryOnPostgresTests : BackchannelDeliveryTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
