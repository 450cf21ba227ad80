using System.Net;
using System.Text.RegularExpressions;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Answers that travel in a form (OAuth 2.0 Form Post Response Mode; standards AUT-16, threats J01, J03, D06).</summary>
public sealed partial class FormPostTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    public static TheoryData<string> Nasty => ["plain", "\"><script>alert(1)</script>", "' onfocus='alert(1)", "</form><form action=//evil.test>", "&quot;&lt;b&gt;", "é\u2028\U0001F600"];

    [Theory]
    [MemberData(nameof(Nasty))]
    public async Task Success_is_a_form_with_everything_encoded_and_nothing_in_an_address(string state)
    {
        var shop = new RelyingParty(_host);
        var page = await shop.SignInAsync(_host.NewBrowser(), "ada", ("response_mode", "form_post"), ("state", state));
        var fields = CheckForm(page, shop.RedirectUri);
        Assert.Equal(["code", "state", "iss"], fields.Keys);
        Assert.Equal((state, XeniosHost.Url), (fields["state"], fields["iss"]));
        Assert.Equal(200, (await shop.RedeemAsync(fields["code"])).Status);
    }

    [Theory]
    [MemberData(nameof(Nasty))]
    public Task Error_is_a_form_too(string state) => Expect.UnchangedAsync(_host, async () =>
    {
        var shop = new RelyingParty(_host);
        var page = await _host.NewBrowser().GetAsync(shop.AuthorizeUrl(("response_mode", "form_post"), ("state", state), ("prompt", "none")));
        var fields = CheckForm(page, shop.RedirectUri);
        Assert.Equal(["error", "error_description", "state", "iss"], fields.Keys);
        Assert.Equal(("login_required", state), (fields["error"], fields["state"]));
    });

    [Fact] // AUT-14, AUT-16
    public async Task Person_who_says_no_is_told_by_a_form()
    {
        var shop = new RelyingParty(_host);
        var browser = _host.NewBrowser();
        var page = await browser.GoAsync(shop.AuthorizeUrl(("response_mode", "form_post")));
        page = await browser.PickAsync(await browser.LeaveAsync(page), "dev");
        Assert.Equal("S50", page.Id);
        Assert.Equal("access_denied", CheckForm(await browser.PressAsync(page, "/cancel"), shop.RedirectUri)["error"]);
    }

    [Fact] // AUT-16: an address with a query is posted to as it stands
    public async Task Form_goes_to_the_exact_address()
    {
        var shop = new RelyingParty(_host) { RedirectUri = "https://rp.test/cb?keep=1" };
        CheckForm(await shop.SignInAsync(_host.NewBrowser(), "ada", ("response_mode", "form_post")), "https://rp.test/cb?keep=1");
    }

    [Fact] // the silent answer travels the same way
    public async Task Session_answers_by_form_too()
    {
        var browser = _host.NewBrowser();
        var shop = new RelyingParty(_host);
        await shop.SignInAsync(browser);
        var fields = CheckForm(await browser.GetAsync(shop.AuthorizeUrl(("response_mode", "form_post"), ("prompt", "none"))), shop.RedirectUri);
        Assert.Equal(200, (await shop.RedeemAsync(fields["code"])).Status);
    }

    private static Dictionary<string, string> CheckForm(Page page, string target)
    {
        Assert.Equal((HttpStatusCode.OK, "form_post"), (page.Status, page.Id));
        Assert.Null(page.Location);
        Expect.PageHeaders(page);

        var form = Assert.Single(page.Forms);
        Assert.Equal((HttpMethod.Post, target), (form.Method, form.Action));
        Assert.Contains("<button type=\"submit\"", page.Html, StringComparison.Ordinal);

        // The one script is the one the policy names by its hash; form-action would also stop the redirects that follow the application's answer.
        var policy = page.Headers["Content-Security-Policy"];
        var script = Assert.Single(ScriptPattern().Matches(page.Html)).Groups[1].Value;
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(script)));
        Assert.Contains($"script-src 'sha256-{hash}';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("form-action", policy, StringComparison.Ordinal);
        return form.Fields.ToDictionary(field => field.Key, field => field.Value);
    }

    [GeneratedRegex("<script[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptPattern();
}
