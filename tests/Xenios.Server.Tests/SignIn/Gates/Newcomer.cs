using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>Somebody who comes from X without an address: the walk that every test of the email gate takes.</summary>
internal sealed class Newcomer
{
    private readonly string _token;

    private Newcomer(XeniosHost host, RelyingParty app, Browser browser, string person, Page page)
    {
        (Host, App, Browser, Person, Page) = (host, app, browser, person, page);
        Journey = page.Url.AbsolutePath.Split('/')[2];
        _token = page.Forms[0].Fields.First(field => field.Key == "form_token").Value;
    }

    public XeniosHost Host { get; }

    public RelyingParty App { get; }

    public Browser Browser { get; }

    public string Person { get; }

    /// <summary>The journey's id.</summary>
    public string Journey { get; }

    /// <summary>Where the walk stands.</summary>
    public Page Page { get; private set; }

    /// <summary>An address that nobody else in the test has.</summary>
    public string Address => $"{Person}@v.test";

    /// <summary>Walks up to the page behind X.</summary>
    public static async Task<Newcomer> ArriveAsync(XeniosHost host, RelyingParty? app = null, string? connection = null, string? person = null, Browser? browser = null)
    {
        app ??= new RelyingParty(host);
        browser ??= host.NewBrowser();
        person ??= await host.NewPersonAsync();
        return new(host, app, browser, person, await app.SignInAsync(browser, person, [.. connection is null ? Array.Empty<(string, string?)>() : [("connection", connection)]]));
    }

    /// <summary>Types an address on S11.</summary>
    public Task<Page> GiveAsync(string address) => PressAsync("email", ("email", address));

    /// <summary>Types a code on S13.</summary>
    public Task<Page> EnterAsync(string code) => PressAsync("email/code", ("code", code));

    /// <summary>Types the code of the newest mail.</summary>
    public Task<Page> ProveAsync() => EnterAsync(Host.MailedCode);

    /// <summary>Posts to a page of the journey with our form token, whether or not the page shown has such a button.</summary>
    public async Task<Page> PressAsync(string action, params (string Name, string Value)[] typed) =>
        Page = await SendAsync(Browser, action, follow: true, typed);

    /// <summary>The answer to a post as it is, from any browser.</summary>
    public Task<Page> SendAsync(Browser browser, string action, bool follow, params (string Name, string Value)[] typed) => browser.PostAsync(
        $"{XeniosHost.Url}/signin/{Journey}/{action}",
        [new("form_token", _token), .. typed.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))],
        follow);

    /// <summary>Opens the journey's address again.</summary>
    public async Task<Page> ReloadAsync() => Page = await Browser.GoAsync($"{XeniosHost.Url}/signin/{Journey}");

    /// <summary>A code of the right form that is not the one in the mail.</summary>
    public static string Not(string code) => (code == "000000" ? 1 : 0).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
}
