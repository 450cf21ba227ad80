using System.Net;
using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;

namespace Xenios.Server.Tests.Mail;

/// <summary>Mail is not a weapon: caps, inert texts, nothing consumed by looking (threats H04).</summary>
public sealed class MailAbuseTests(GateHost gate) : IClassFixture<GateHost>
{
    private readonly XeniosHost _host = gate.Fresh();

    [Theory]
    [InlineData("cap{0}@v.test")]
    [InlineData("cap+{0}@v.test")]
    [InlineData("CAP@v.test")]
    public async Task A_mailbox_gets_five_mails_an_hour_whoever_asks(string form)
    {
        var mails = _host.Mail.Count;
        var before = await _host.SnapshotAsync();
        for (var i = 0; i < 20; i++)
        {
            var ben = await Newcomer.ArriveAsync(_host);
            await ben.GiveAsync(form.Replace("cap{0}", "victim", StringComparison.Ordinal).Replace("{0}", $"{i}", StringComparison.Ordinal));
            if (i >= 5)
            {
                Assert.Equal(("S16", "too_many_tries", HttpStatusCode.TooManyRequests), (ben.Page.Id, ben.Page.Error, ben.Page.Status));
                Assert.Equal("3601", ben.Page.Headers["Retry-After"]);
            }
        }

        Assert.Equal(mails + 5, _host.Mail.Count);
        Assert.Equal(before, await _host.SnapshotAsync());
        _host.Clock.Advance(TimeSpan.FromHours(1));
        var later = await Newcomer.ArriveAsync(_host);
        await later.GiveAsync(form.Replace("cap{0}", "victim", StringComparison.Ordinal).Replace("{0}", "later", StringComparison.Ordinal));
        Assert.Equal("S13", later.Page.Id);
    }

    [Fact]
    public async Task A_client_sends_thirty_mails_an_hour_whatever_the_addresses()
    {
        var mails = _host.Mail.Count;
        for (var i = 0; i < 32; i++)
        {
            var ben = await Newcomer.ArriveAsync(_host);
            await ben.GiveAsync(ben.Address);
            Assert.Equal(i < 30 ? "S13" : "S16", ben.Page.Id);
        }

        Assert.Equal(mails + 30, _host.Mail.Count);
    }

    [Fact]
    public async Task Looking_uses_nothing_up()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        var mail = _host.Mail[0];
        Assert.DoesNotContain("http", mail.Text, StringComparison.OrdinalIgnoreCase);
        var before = await _host.SnapshotAsync();
        using var client = _host.NewClient();
        foreach (var path in new[] { "", "/email", "/email/code", "/email/skip", "/email/change", "/email/code/resend", "/other", "/cancel" })
        {
            foreach (var method in new[] { HttpMethod.Head, HttpMethod.Get, HttpMethod.Options })
            {
                foreach (var query in new[] { "", $"?code={_host.MailedCode}" })
                {
                    using var request = new HttpRequestMessage(method, $"/signin/{ben.Journey}{path}{query}");
                    request.Headers.Add("Cookie", string.Join("; ", ben.Browser.CookiesOf("id.test").Select(cookie => $"{cookie.Key}={cookie.Value}")));
                    using var answer = await client.SendAsync(request);
                    Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {answer.StatusCode}");
                    Assert.True(answer.Headers.Location is null or { IsAbsoluteUri: false });
                }
            }
        }

        Assert.Equal(mail, _host.Mail[0]);
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal("rp.test", (await ben.ProveAsync()).Location!.Host);
    }

    [Theory]
    [InlineData("eve\\r\\nBcc: evil@e.test", "@eveBcc: evil@e.test at X")]
    [InlineData("<a href=\\u0022https://evil.test\\u0022>eve</a>", "@<a href=\"https://evil.test\">eve</a> at X")]
    [InlineData("{{7*7}}${7*7}", "@{{7*7}}${7*7} at X")]
    [InlineData("{code}{app}{connection}", "@{code}{app}{connection} at X")]
    [InlineData("eve\\u202Eevil", "@eveevil at X")]
    public async Task A_handle_with_a_payload_is_plain_text_in_the_mail(string handle, string said)
    {
        var id = Random.Shared.NextInt64(1_000_000, long.MaxValue);
        _host.Upstreams.Intercept = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath != "/2/users/me" ? null : new HttpResponseMessage
        {
            Content = new StringContent($$$"""{"data":{"id":"{{{id}}}","name":"{{{handle}}}","username":"{{{handle}}}"}}""", System.Text.Encoding.UTF8, "application/json"),
        });
        try
        {
            var ben = await Newcomer.ArriveAsync(_host, person: "ben");
            await ben.GiveAsync($"payload-{id}@v.test");
            var mail = _host.Mail[0];
            Assert.Equal($"payload-{id}@v.test", mail.To);
            Assert.Contains(said, mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain('\r', mail.Subject + mail.Text);
            Assert.DoesNotContain('\n', mail.Subject);
            Assert.Equal($"{mail.Code![..3]} {mail.Code[3..]} is your code for Shop", mail.Subject);
            Assert.DoesNotContain("evil.test", ben.Page.Html, StringComparison.Ordinal);
        }
        finally
        {
            _host.Upstreams.Intercept = null;
        }
    }

    [Fact]
    public async Task An_applications_name_with_a_payload_is_plain_text_in_mail_and_encoded_on_pages()
    {
        const string Name = "<b>{code}</b> {{7*7}}";
        await using var host = await XeniosHost.StartAsync(options => options.Resources = XeniosHost.Resources.Replace("name: Shop", $"name: \"{Name}\"", StringComparison.Ordinal));
        var ben = await Newcomer.ArriveAsync(host);
        await ben.GiveAsync(ben.Address);
        Assert.EndsWith($"is your code for {Name}", host.Mail[0].Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", ben.Page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(host.MailedCode, ben.Page.Html, StringComparison.Ordinal);
    }
}
