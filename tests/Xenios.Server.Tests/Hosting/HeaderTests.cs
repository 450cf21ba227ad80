using System.Net;
using System.Text.RegularExpressions;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>Headers of every answer, and what addresses and pages of a flow give away (threats H06, I03, J03; standards COM-07, COM-11, COM-13).</summary>
public sealed partial class HeaderTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Fact] // J03, COM-13: every HTML route there is, error pages included
    public async Task Every_page_has_the_headers()
    {
        foreach (var page in (await WalkAsync()).Where(page => page.Html.Length > 0))
        {
            Expect.PageHeaders(page);
        }
    }

    [Theory] // COM-07, COM-13: what is no page
    [InlineData("/oauth2/userinfo")]
    [InlineData("/oauth2/token")]
    [InlineData("/assets/none.css")]
    [InlineData("/dev/mail.json")]
    [InlineData("/health/live")]
    public async Task Answer_that_is_no_page_is_neither_kept_nor_framed_nor_guessed(string path)
    {
        var page = await _host.NewBrowser().GetAsync(XeniosHost.Url + path);
        Assert.Equal(("no-store", "nosniff", "DENY"), (page.Headers["Cache-Control"], page.Headers["X-Content-Type-Options"], page.Headers["X-Frame-Options"]));
        Assert.Equal("max-age=31536000", page.Headers["Strict-Transport-Security"]);
        Assert.False(page.Headers.ContainsKey("Server"));
    }

    [Fact] // COM-07: every redirect with a code, and every other
    public async Task Redirects_are_not_kept() =>
        Assert.All(
            (await WalkAsync()).Where(page => page.Location is not null && page.Url.Host == "id.test"),
            page => Assert.Equal(("no-store", "no-referrer", HttpStatusCode.SeeOther), (page.Headers["Cache-Control"], page.Headers["Referrer-Policy"], page.Status)));

    [Fact] // H06: nothing is loaded from elsewhere
    public async Task Pages_load_nothing_from_third_parties()
    {
        foreach (var page in await WalkAsync())
        {
            foreach (Match match in LoadPattern().Matches(page.Html))
            {
                Assert.Matches("^(/assets/|data:,$)", match.Groups[1].Value);
            }
        }
    }

    [Fact] // H06: mail code, address, tokens and cookies are in no address
    public async Task Addresses_hold_no_secret()
    {
        await using var host = await XeniosHost.StartAsync();
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        var pages = new List<Page>();
        var page = await shop.SignInAsync(browser, "ben");
        var form = page.Forms.First(candidate => candidate.Action.EndsWith("/email", StringComparison.Ordinal));
        pages.Add(await browser.PostAsync(new Uri(page.Url, form.Action).AbsoluteUri, [.. form.Fields, new("email", "ben@example.com")], follow: false));
        page = await browser.GetAsync(pages[0].Location!.AbsoluteUri);
        form = page.Forms.First(candidate => candidate.Action.EndsWith("/email/code", StringComparison.Ordinal));
        pages.Add(await browser.PostAsync(new Uri(page.Url, form.Action).AbsoluteUri, [.. form.Fields, new("code", host.MailedCode)], follow: false));
        Assert.StartsWith("https://rp.test/cb?code=", pages[^1].Headers["Location"], StringComparison.Ordinal);

        var secrets = browser.CookiesOf("id.test").Values.Where(value => value.Length > 10).Append(host.MailedCode).Append("ben@example.com").Append(form.Fields.First().Value);
        foreach (var secret in secrets)
        {
            Assert.All(pages, answer => Assert.DoesNotContain(secret, answer.Headers["Location"], StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(secret, page.Url.AbsoluteUri, StringComparison.OrdinalIgnoreCase);
            Assert.All(page.Forms, candidate => Assert.DoesNotContain(secret, candidate.Action, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact] // J03: credentials are never posted again
    public async Task Forms_are_answered_with_303()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        foreach (var form in page.Forms)
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(new Uri(page.Url, form.Action).AbsoluteUri, form.Fields, follow: false)).Status);
        }
    }

    // A whole flow, with every wrong turn that leads to a page.
    private async Task<List<Page>> WalkAsync()
    {
        var pages = new List<Page>();
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        async Task<Page> Get(Browser by, string url)
        {
            pages.Add(await by.GetAsync(url));
            return pages[^1];
        }

        var start = await Get(browser, shop.AuthorizeUrl());
        var page = await Get(browser, start.Location!.AbsoluteUri);
        await Get(_host.NewBrowser(), page.Url.AbsoluteUri);
        var stranger = _host.NewBrowser();
        await stranger.GoAsync(shop.AuthorizeUrl());
        await Get(stranger, page.Url.AbsoluteUri);
        await Get(_host.NewBrowser(), $"{XeniosHost.Url}/signin/unknown");
        await Get(_host.NewBrowser(), $"{XeniosHost.Url}/login/callback?state=unknown");
        await Get(_host.NewBrowser(), $"{XeniosHost.Url}/nowhere");
        await Get(_host.NewBrowser(), $"{page.Url}/cancel");
        await Get(_host.NewBrowser(), $"{XeniosHost.Url}/oauth2/logout");
        await Get(_host.NewBrowser(), shop.AuthorizeUrl(("client_id", "nobody")));
        await Get(_host.NewBrowser(), shop.AuthorizeUrl(("response_mode", "form_post"), ("prompt", "none")));
        pages.Add(await browser.PickAsync(await browser.LeaveAsync(page), "dev"));
        pages.Add(await browser.PickAsync(await browser.LeaveAsync(pages[^1]), "ben"));
        pages.Add(await browser.PressAsync(pages[^1], "/email", ("email", "no address")));
        pages.Add(await browser.PressAsync(pages[^1], "/email", ("email", $"walk{pages.Count}@example.com")));
        pages.Add(await browser.PressAsync(pages[^1], "/email/code", ("code", "no code")));

        var other = _host.NewBrowser();
        pages.Add(await shop.SignInAsync(other));
        await Get(other, shop.AuthorizeUrl());
        await Get(other, $"{XeniosHost.Url}/signin");
        pages.Add(await other.PressAsync(await Get(other, $"{XeniosHost.Url}/oauth2/logout"), "/signin/out"));
        Assert.Superset(new HashSet<string> { "S03", "S11", "S13", "S14", "S36", "S37", "S50", "S59", "S60", "S61", "S64", "S65", "S76", "form_post" }, pages.Select(p => p.Id).OfType<string>().ToHashSet());
        return pages;
    }

    [GeneratedRegex("<(?:link|script|img|iframe|object|embed|source)[^>]* (?:href|src|data)=\"([^\"]*)\"")]
    private static partial Regex LoadPattern();
}
