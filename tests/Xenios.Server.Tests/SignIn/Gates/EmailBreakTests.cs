using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Mail;
using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>Too many tries (S16), and mail that cannot be sent (S17).</summary>
public sealed class EmailBreakTests(GateHost gate) : IClassFixture<GateHost>
{
    private readonly XeniosHost _host = gate.Fresh();

    [Fact]
    public async Task After_five_wrong_codes_there_is_a_break_of_five_minutes_and_then_a_new_code_works()
    {
        var ben = await LockedAsync();
        var code = _host.MailedCode;
        var before = await _host.SnapshotAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        foreach (var action in new[] { "email/code", "email/code/resend" })
        {
            var page = await ben.PressAsync(action, ("code", code));
            Assert.Equal(("S16", "too_many_tries", HttpStatusCode.TooManyRequests), (page.Id, page.Error, page.Status));
            Assert.NotNull(page.SupportCode);
            Assert.InRange(int.Parse(page.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 2);
        }

        Assert.Equal(before, await _host.SnapshotAsync());
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("S15", (await ben.EnterAsync(code)).Id);
        Assert.Equal("S13", (await ben.PressAsync("email/code/resend")).Id);
        Assert.Equal("rp.test", (await ben.ProveAsync()).Location!.Host);
    }

    [Theory]
    [InlineData("email")]
    [InlineData("email/change")]
    public async Task The_break_cannot_be_walked_around_by_typing_an_address_again(string action)
    {
        var ben = await LockedAsync();
        var mails = _host.Mail.Count;
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("S16", (await ben.PressAsync(action, ("email", ben.Address))).Id);
        Assert.Equal("S16", (await ben.GiveAsync("other-" + ben.Address)).Id);
        Assert.Equal(mails, _host.Mail.Count);
    }

    [Fact]
    public async Task Reloading_during_the_break_shows_the_break()
    {
        var ben = await LockedAsync();
        Assert.Equal("S16", (await ben.ReloadAsync()).Id);
    }

    [Fact]
    public async Task Mail_that_cannot_be_sent_is_said_and_trying_again_works_at_once()
    {
        var mailer = new BrokenMailer();
        await using var host = await XeniosHost.StartAsync(options => options.Services = services => services.AddSingleton<IMailer>(mailer));
        var before = await host.SnapshotAsync();
        var ben = await Newcomer.ArriveAsync(host);
        var page = await ben.GiveAsync(ben.Address);
        Assert.Equal(("S17", "mail_not_sent", HttpStatusCode.ServiceUnavailable), (page.Id, page.Error, page.Status));
        Assert.NotNull(page.SupportCode);
        Assert.Equal("S17", (await ben.ReloadAsync()).Id);
        Assert.Equal("S17", (await ben.PressAsync("email/code/resend")).Id);
        Assert.Equal(2, mailer.Tried);

        // What was in the mail that never left counts for nothing.
        Assert.Equal("S17", (await ben.EnterAsync(mailer.Last!.Code!)).Id);
        Assert.Equal(before, await host.SnapshotAsync());

        mailer.Works = true;
        Assert.Equal("S13", (await ben.PressAsync("email/code/resend")).Id);
        Assert.Equal("rp.test", (await ben.EnterAsync(mailer.Last!.Code!)).Location!.Host);
    }

    private async Task<Newcomer> LockedAsync()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        for (var i = 0; i < 5; i++)
        {
            await ben.EnterAsync(Newcomer.Not(_host.MailedCode));
        }

        Assert.Equal("S16", ben.Page.Id);
        return ben;
    }

    private sealed class BrokenMailer : IMailer
    {
        public bool Works { get; set; }

        public int Tried { get; private set; }

        public Message? Last { get; private set; }

        public Task<bool> SendAsync(Message message, CancellationToken ct)
        {
            (Tried, Last) = (Tried + 1, message);
            return Task.FromResult(Works);
        }
    }
}
