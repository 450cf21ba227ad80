using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.Sessions;

/// <summary>Sessions and the browser's cookies (threats G01, G02, H06; standards COM-07).</summary>
public sealed class SessionTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Fact] // G01: no value survives a sign-in, and the one before is dead
    public async Task Sign_in_gives_a_new_cookie_and_ends_the_old_session()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser);
        var (name, first) = SessionOf(browser);
        await shop.SignInAsync(browser, "ada", ("prompt", "select_account"));
        var second = SessionOf(browser).Value;
        Assert.NotEqual(first, second);
        Assert.False(await IsSignedInAsync(name, first));
        Assert.True(await IsSignedInAsync(name, second));

        // Another person in the same browser is another session altogether.
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, "finn", ("prompt", "select_account"))).LocationParameter("code"));
        Assert.False(await IsSignedInAsync(name, second));
        Assert.DoesNotContain(Jwt.Payload(tokens.IdToken).GetProperty("sid").GetString(), await _host.QueryAsync($"SELECT session_id FROM sessions WHERE user_id <> '{Jwt.Payload(tokens.IdToken).GetProperty("sub").GetString()}'"));
    }

    [Theory] // G01: fixation: a value brought along is never made a session
    [InlineData("planted-value")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Planted_value_is_never_adopted(string planted)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var names = _host.NewBrowser();
        await shop.SignInAsync(names);
        var name = SessionOf(names).Name;
        browser.SetCookie("id.test", name, planted);
        browser.SetCookie("id.test", name.Replace("-session-", "-browser-", StringComparison.Ordinal), planted);
        await shop.SignInAsync(browser);
        Assert.NotEqual(planted, SessionOf(browser).Value);
        Assert.False(await IsSignedInAsync(name, planted));
    }

    [Fact] // G01, I03
    public async Task Signed_out_cookie_is_dead_at_the_server()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser);
        var (name, value) = SessionOf(browser);
        await browser.PressAsync(await browser.GetAsync($"{XeniosHost.Url}/signin"), "/signin/out");
        Assert.DoesNotContain(name, browser.CookiesOf("id.test").Keys);
        Assert.False(await IsSignedInAsync(name, value));
    }

    [Fact] // G02: attributes of every cookie, and no data in any value
    public async Task Cookies_are_bound_to_this_host_and_out_of_reach_of_script()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var start = await browser.GetAsync(shop.AuthorizeUrl());
        var x = await browser.LeaveAsync(await browser.GoAsync(start.Location!.AbsoluteUri));
        var end = await browser.PickAsync(x, "ada");
        var cookies = start.SetCookies.Concat(end.SetCookies).ToList();
        Assert.Equal(3, cookies.Count);
        foreach (var cookie in cookies)
        {
            var parts = cookie.Split("; ");
            Assert.StartsWith("__Host-xenios-", parts[0], StringComparison.Ordinal);
            Assert.Matches(parts[0].Contains("-last-", StringComparison.Ordinal) ? "=x$" : "=[A-Za-z0-9_-]{43}$", parts[0]);
            Assert.Contains("path=/", parts);
            Assert.Contains("secure", parts);
            Assert.Contains("httponly", parts);
            Assert.Contains("samesite=lax", parts);
            Assert.DoesNotContain(parts, part => part.StartsWith("domain", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory] // G02: what a sibling host could have planted
    [InlineData("{name}={value}; {name}=planted")]
    [InlineData("{name}=planted; {name}={value}")]
    [InlineData("{name}={value}; {name}={value}")]
    [InlineData("{bare}={value}")]
    [InlineData("{lower}={value}")]
    [InlineData("{name}x={value}")]
    [InlineData("{name}=\"{value}\"")]
    [InlineData("{name}={value}%20")]
    public async Task Doubtful_session_cookie_is_no_session(string header)
    {
        var (name, value) = await SessionAsync();
        Assert.False(await IsSignedInWithAsync(Fill(header, name, value)));
    }

    [Theory] // G02: and what is planted beside the right one does not take its place
    [InlineData("{name}={value}")]
    [InlineData("{bare}=planted; {name}={value}")]
    [InlineData("{name}={value}; {bare}=planted")]
    [InlineData("{name}={value}; {lower}=planted")]
    [InlineData("{upper}=planted; {name}={value}; {lower}=planted")]
    [InlineData("a;;=; b=c; {name}={value}; =x")]
    public async Task Cookie_planted_under_another_name_changes_nothing(string header)
    {
        var (name, value) = await SessionAsync();
        Assert.True(await IsSignedInWithAsync(Fill(header, name, value)));
    }

    [Fact] // G02: the browser's handle, without which no form counts
    public async Task Doubtful_browser_cookie_opens_no_journey()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        var (name, value) = browser.CookiesOf("id.test").Single();
        foreach (var cookie in (string[])[$"{name}={value}; {name}={value}", $"{name[7..]}={value}", $"{name}=planted"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page.Url);
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
            Assert.Equal(HttpStatusCode.BadRequest, (await _host.NewBrowser().SendAsync(request)).Status);
        }
    }

    [Fact] // G07: a reply that comes as a cross-site post brings no Lax cookies, and none of ours is anything else
    public async Task Posted_reply_is_gone_on_with_by_a_get_that_brings_the_cookies()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var x = await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl()));
        var form = x.Forms.First(candidate => candidate.Buttons.Any(button => button.Value == "ada"));
        var reply = (await browser.PostAsync(new Uri(x.Url, form.Action).AbsoluteUri, [.. form.Fields, new("person", "ada")], follow: false)).Location!;
        using var post = new HttpRequestMessage(HttpMethod.Post, $"{XeniosHost.Url}/login/callback")
        {
            Content = new FormUrlEncodedContent(Protocol.Parameters.ParseForm(reply.Query.AsSpan(1)).Pairs),
        };
        var parked = await _host.NewBrowser().SendAsync(post);
        Assert.Equal(HttpStatusCode.SeeOther, parked.Status);
        Assert.Empty(parked.SetCookies);
        var end = await browser.GetAsync(parked.Location!.AbsoluteUri);
        Assert.NotNull(end.LocationParameter("code"));
        Assert.All(end.SetCookies, cookie => Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal));
    }

    [Fact] // G03: a session belongs to the host it was opened on
    public async Task Session_of_another_host_is_none_here()
    {
        await using var host = await XeniosHost.StartAsync();
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        await shop.SignInAsync(browser);
        await host.ExecuteAsync("UPDATE sessions SET host = 'https://sso.bravo.test'");
        Expect.ErrorAtClient(await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"))), shop, "login_required");
    }

    private static string Fill(string header, string name, string value) => header
        .Replace("{name}", name, StringComparison.Ordinal)
        .Replace("{bare}", name["__Host-".Length..], StringComparison.Ordinal)
        .Replace("{lower}", name.ToLowerInvariant(), StringComparison.Ordinal)
        .Replace("{upper}", name.ToUpperInvariant(), StringComparison.Ordinal)
        .Replace("{value}", value, StringComparison.Ordinal);

    private static (string Name, string Value) SessionOf(Browser browser)
    {
        var cookie = browser.CookiesOf("id.test").Single(candidate => candidate.Key.StartsWith("__Host-xenios-session-", StringComparison.Ordinal));
        return (cookie.Key, cookie.Value);
    }

    private async Task<(string Name, string Value)> SessionAsync()
    {
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);
        return SessionOf(browser);
    }

    private Task<bool> IsSignedInAsync(string name, string value) => IsSignedInWithAsync($"{name}={value}");

    private async Task<bool> IsSignedInWithAsync(string cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new RelyingParty(_host).AuthorizeUrl(("prompt", "none")));
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        var page = await _host.NewBrowser().SendAsync(request);
        Assert.Contains(page.LocationParameter("error"), (string?[])[null, "login_required"]);
        return page.LocationParameter("code") is not null;
    }
}
