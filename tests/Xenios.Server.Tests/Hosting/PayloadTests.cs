using System.Net;
using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>Text of strangers on our pages: encoded, or not there (threats J01, D07).</summary>
public sealed class PayloadTests : IClassFixture<PayloadTests.NastyHost>
{
    private readonly XeniosHost _host;

    public PayloadTests(NastyHost nasty) => _host = nasty.Host;

    public static readonly string[] Payloads =
    [
        "<script>alert(1)</script>", "\"><script>alert(1)</script>", "'><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:alert(1)", "\" onmouseover=\"alert(1)",
        "' autofocus onfocus='alert(1)", "</title><script>alert(1)</script>", "</main><h1>x", "<!--", "]]>", "{{7*7}}", "${7*7}", "@(1+1)", "&lt;script&gt;", "%3Cscript%3E",
        "\u202Egnp.exe", "<a href=//evil.test>x</a>", "<base href=//evil.test>", "<meta http-equiv=refresh content=0>",
    ];

    public static TheoryData<string> Rows => [.. Payloads];

    /// <summary>A server whose names are payloads themselves.</summary>
    public sealed class NastyHost : IAsyncLifetime
    {
        public const string Name = "\"><script>alert('app')</script><b>";

        public XeniosHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await XeniosHost.StartAsync(options => options.MoreResources.Add(
            $"environment: {{ slug: default, display_name: {JsonSerializer.Serialize(Name)} }}\n"
            + $"applications: [{{ client_id: shop, name: {JsonSerializer.Serialize(Name)}, type: web, redirect_uris: [https://rp.test/cb], grant_types: [authorization_code], connections: [x] }}]\n"
            + $"connections: [{{ slug: x, kind: x, name: {JsonSerializer.Serialize(Name)} }}]"));

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Payload_in_a_request_is_encoded_or_absent(string payload)
    {
        var shop = new RelyingParty(_host);
        foreach (var name in (string[])["login_hint", "ui_locales", "acr_values", "display", "claims", "connection", "extra", "state", "nonce"])
        {
            Check(await _host.NewBrowser().GoAsync(shop.AuthorizeUrl((name, payload))), payload);
        }

        foreach (var name in (string[])["client_id", "redirect_uri"])
        {
            Check(await _host.NewBrowser().GetAsync(shop.AuthorizeUrl((name, payload))), payload);
        }

        foreach (var name in (string[])["response_type", "scope", "prompt", "max_age", "code_challenge", "request", "response_mode"])
        {
            var page = await _host.NewBrowser().GetAsync(shop.AuthorizeUrl((name, payload), ("error", payload)));
            Assert.StartsWith("https://rp.test/cb?error=", page.Headers["Location"], StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(payload), page.Headers["Location"], StringComparison.Ordinal);
        }

        var text = Uri.EscapeDataString(payload);
        foreach (var path in (string[])[
            $"/oauth2/logout?state={text}&post_logout_redirect_uri={text}&id_token_hint={text}&client_id={text}&logout_hint={text}", $"/signin/{text}", $"/{text}", $"/signin?x={text}",
            $"/login/callback?state={text}&error={text}&error_description={text}", $"/login/callback?denied={text}", $"/e/{text}/signin"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, XeniosHost.Url + path);
            request.Headers.TryAddWithoutValidation("Accept-Language", payload);
            Check(await _host.NewBrowser().SendAsync(request), payload);
        }
    }

    [Theory] // in the middle of a flow: what the upstream or the person sends
    [MemberData(nameof(Rows))]
    public async Task Payload_in_a_flow_is_encoded_or_absent(string payload)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var x = await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl(("login_hint", payload))));
        var state = System.Web.HttpUtility.ParseQueryString(x.Url.Query)["state"];
        var text = Uri.EscapeDataString(payload);
        var trouble = await browser.GoAsync($"{XeniosHost.Url}/login/callback?state={state}&error={text}&error_description={text}&error_uri={text}");
        Assert.NotNull(trouble.Error);
        Check(trouble, payload);

        var email = await browser.PickAsync(await browser.LeaveAsync(trouble), "ben");
        Check(email, payload);
        Check(await browser.PressAsync(email, "/email", ("email", payload)), payload);
    }

    [Fact] // names that an administrator gave
    public async Task Names_are_encoded_on_every_page()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var pages = new List<Page> { await browser.GoAsync(shop.AuthorizeUrl()) };
        pages.Add(await browser.PickAsync(await browser.LeaveAsync(pages[0]), "dev"));
        pages.Add(await browser.PickAsync(await browser.LeaveAsync(pages[^1]), "ben"));
        pages.Add(await browser.PressAsync(pages[^1], "/email", ("email", "ben@example.com")));
        pages.Add(await _host.NewBrowser().GoAsync($"{XeniosHost.Url}/signin"));
        pages.Add(await _host.NewBrowser().GoAsync($"{XeniosHost.Url}/nowhere"));
        pages.Add(await _host.NewBrowser().GoAsync($"{XeniosHost.Url}/oauth2/logout"));
        Assert.Contains(pages, page => page.Html.Contains(WebUtility.HtmlEncode(NastyHost.Name)[..6], StringComparison.Ordinal));
        Assert.All(pages, page => Assert.DoesNotContain("alert('app')</script>", page.Html, StringComparison.Ordinal));
        Assert.All(pages, page => Check(page, "<b>"));
        Assert.DoesNotContain('\n', _host.Mail[0].Subject);
    }

    [Fact] // D07: the browser holds an id; nothing it sends with the forms changes the request behind it
    public async Task Parameters_added_to_pages_and_forms_have_no_effect()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        KeyValuePair<string, string>[] evil =
        [
            new("client_id", "other"), new("redirect_uri", "https://evil.test/"), new("scope", "openid admin"), new("state", "evil"), new("nonce", "evil"), new("code_challenge", "evil"),
            new("response_mode", "form_post"), new("return", "//evil.test"), new("returnUrl", "/\\evil.test"), new("continue", "https:evil.test"),
        ];
        var query = string.Join('&', evil.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        var page = await browser.GoAsync((await browser.GetAsync(shop.AuthorizeUrl())).Location!.AbsoluteUri + "?" + query);
        Assert.DoesNotContain("evil", page.Html, StringComparison.Ordinal);
        var form = page.Forms.First(candidate => candidate.Connection == "x");
        Assert.Equal(["form_token"], form.Fields.Select(field => field.Key));
        var x = await browser.PostAsync($"{new Uri(page.Url, form.Action)}?{query}", [.. form.Fields, .. evil]);
        Assert.DoesNotContain("evil", x.Url.AbsoluteUri, StringComparison.Ordinal);
        var back = await browser.PickAsync(x, "ada");
        Assert.Equal((shop.State, true), (back.LocationParameter("state"), back.Headers["Location"].StartsWith("https://rp.test/cb?code=", StringComparison.Ordinal)));
        var tokens = await shop.RedeemAsync(back.LocationParameter("code"));
        Assert.Equal((200, shop.Nonce), (tokens.Status, Jwt.Payload(tokens.IdToken).GetProperty("nonce").GetString()));
    }

    [Theory] // D07: a form counts only with the token made for this browser and this journey
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("other journey")]
    [InlineData("other browser")]
    [InlineData("twice")]
    public async Task Form_without_its_own_token_does_nothing(string? token)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        var form = page.Forms.First(candidate => candidate.Connection == "x");
        string[] values = token switch
        {
            null => [],
            "other journey" => [(await browser.GoAsync(shop.AuthorizeUrl())).Forms[0].Fields[0].Value],
            "other browser" => [(await _host.NewBrowser().GoAsync(shop.AuthorizeUrl())).Forms[0].Fields[0].Value],
            "twice" => ["x", form.Fields[0].Value],
            _ => [token],
        };
        await Expect.UnchangedAsync(_host, async () =>
        {
            var answer = await browser.PostAsync(new Uri(page.Url, form.Action).AbsoluteUri, values.Select(value => new KeyValuePair<string, string>("form_token", value)));
            Expect.Page(answer, "S59");
            Assert.Equal("form_foreign", answer.Error);
        });
        Assert.Equal("x.test", (await browser.LeaveAsync(page)).Url.Host);
    }

    private static void Check(Page page, string payload)
    {
        Expect.NoTrace(page);
        if (payload.IndexOfAny(['<', '"', '\'']) >= 0)
        {
            Assert.DoesNotContain(payload, page.Html, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("<script>", page.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"javascript:", page.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("evil.test", page.Location?.Host ?? "", StringComparison.Ordinal);
    }
}
