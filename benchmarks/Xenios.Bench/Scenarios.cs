using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Xenios.Bench;

/// <summary>The operations that are measured, each as a browser and an application would do it. An answer that is not the expected one stops the run.</summary>
internal sealed class Scenarios(int port, int sandboxPort)
{
    /// <summary>The application's client id.</summary>
    public const string Client = "bench";

    /// <summary>The machine's client id.</summary>
    public const string Machine = "bench-machine";

    /// <summary>The secret of both.</summary>
    public const string Secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";

    /// <summary>Where codes are sent; nobody listens there, the load reads them from the redirect.</summary>
    public const string RedirectUri = "http://127.0.0.1:7999/callback";

    // The pair of RFC 7636, appendix B.
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static readonly string Basic = $"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Client}:{Secret}"))}\r\n";
    private static readonly string MachineBasic = $"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Machine}:{Secret}"))}\r\n";

    private static readonly string Authorize =
        $"/oauth2/authorize?response_type=code&client_id={Client}&redirect_uri={Uri.EscapeDataString(RedirectUri)}&scope=openid%20profile%20email%20offline_access" +
        $"&state=a1b2c3d4e5f6&nonce=n-0S6_WzA2Mj&code_challenge={Challenge}&code_challenge_method=S256";

    /// <summary>GET of a document.</summary>
    /// <param name="path">Its path.</param>
    public Func<bool> Get(string path)
    {
        var line = new HttpLine(port);
        return () => Expect(line.Send("GET", path), 200);
    }

    /// <summary>client_credentials.</summary>
    public Func<bool> ClientCredentials()
    {
        var line = new HttpLine(port);
        return () => Expect(line.Send("POST", "/oauth2/token", MachineBasic, "grant_type=client_credentials"), 200);
    }

    /// <summary>A code flow with PKCE in a signed-in browser: authorize and token.</summary>
    /// <param name="person">Key of the sandbox person who is signed in first.</param>
    public Func<bool> CodeFlow(string person)
    {
        var (browser, app) = (new HttpLine(port), new HttpLine(port));
        var cookies = SignIn(browser, app, new HttpLine(sandboxPort), person).Cookies;
        var header = CookieHeader(cookies);
        return () =>
        {
            var answer = browser.Send("GET", Authorize, header);
            Redeem(app, CodeOf(answer));
            return true;
        };
    }

    /// <summary>Refresh with rotation.</summary>
    /// <param name="person">Key of the sandbox person.</param>
    public Func<bool> Refresh(string person)
    {
        var line = new HttpLine(port);
        var token = SignIn(new HttpLine(port), line, new HttpLine(sandboxPort), person).Tokens.GetProperty("refresh_token").GetString()!;
        return () =>
        {
            var answer = line.Send("POST", "/oauth2/token", Basic, $"grant_type=refresh_token&refresh_token={token}");
            Expect(answer, 200);
            token = Member(answer.Body, "refresh_token");
            return true;
        };
    }

    /// <summary>Userinfo with tokens that are used again and again.</summary>
    /// <param name="next">The next access token.</param>
    public Func<bool> UserInfo(Func<string> next)
    {
        var line = new HttpLine(port);
        return () => Expect(line.Send("GET", "/oauth2/userinfo", $"Authorization: Bearer {next()}\r\n"), 200);
    }

    /// <summary>Userinfo with tokens that are used once.</summary>
    /// <param name="tokens">Access tokens.</param>
    /// <param name="goesOn">False leaves the rest.</param>
    public Func<bool> UserInfo(ConcurrentQueue<string> tokens, Func<bool> goesOn)
    {
        var line = new HttpLine(port);
        return () => goesOn() && tokens.TryDequeue(out var token) && Expect(line.Send("GET", "/oauth2/userinfo", $"Authorization: Bearer {token}\r\n"), 200);
    }

    /// <summary>Makes access tokens for userinfo.</summary>
    /// <param name="person">Key of the sandbox person.</param>
    /// <param name="tokens">Where to.</param>
    public Func<bool> Collect(string person, ConcurrentQueue<string> tokens)
    {
        var (browser, app) = (new HttpLine(port), new HttpLine(port));
        var header = CookieHeader(SignIn(browser, app, new HttpLine(sandboxPort), person).Cookies);
        return () =>
        {
            tokens.Enqueue(Member(Redeem(app, CodeOf(browser.Send("GET", Authorize, header))), "access_token"));
            return true;
        };
    }

    /// <summary>The whole brokered sign-in: authorize, sign-in page, to X, back, code, token.</summary>
    /// <param name="next">Key of the next person; null when there is none left.</param>
    public Func<bool> Brokered(Func<string?> next)
    {
        var (browser, app, x) = (new HttpLine(port), new HttpLine(port), new HttpLine(sandboxPort));
        return () =>
        {
            if (next() is not { } person)
            {
                return false;
            }

            SignIn(browser, app, x, person);
            return true;
        };
    }

    private (Dictionary<string, string> Cookies, JsonElement Tokens) SignIn(HttpLine browser, HttpLine app, HttpLine x, string person)
    {
        var cookies = new Dictionary<string, string>(StringComparer.Ordinal);
        var page = PathOf(Follow(browser.Send("GET", Authorize, CookieHeader(cookies)), cookies));
        var form = browser.Send("GET", page, CookieHeader(cookies));
        Expect(form, 200);
        var leave = browser.Send("POST", WebUtility.HtmlDecode(Between(form.Body, "action=\"", "\"")), CookieHeader(cookies), Hidden(form.Body));
        var consent = PathOf(Follow(leave, cookies));
        var back = x.Send("GET", $"{consent}&sandbox_person={person}");
        var returned = browser.Send("GET", PathOf(Follow(back, [])), CookieHeader(cookies));
        Follow(returned, cookies);
        var body = Redeem(app, CodeOf(returned));
        return (cookies, JsonDocument.Parse(body).RootElement);
    }

    private static string Redeem(HttpLine app, string code)
    {
        var answer = app.Send("POST", "/oauth2/token", Basic, $"grant_type=authorization_code&code={code}&redirect_uri={Uri.EscapeDataString(RedirectUri)}&code_verifier={Verifier}");
        Expect(answer, 200);
        return answer.Body;
    }

    private static string CodeOf(Answer answer) =>
        answer.Location is { } location && location.StartsWith(RedirectUri + "?", StringComparison.Ordinal) && location.Contains("code=", StringComparison.Ordinal)
            ? Between(location + "&", "code=", "&")
            : throw new InvalidOperationException($"Expected a code, got {answer.Status} {answer.Location} {answer.Body}");

    private static string Follow(Answer answer, Dictionary<string, string> cookies)
    {
        foreach (var (name, value) in answer.Cookies)
        {
            cookies[name] = value;
        }

        return answer.Location ?? throw new InvalidOperationException($"Expected a redirect, got {answer.Status} {answer.Body}");
    }

    private static string PathOf(string location) => location.StartsWith('/') ? location : new Uri(location).PathAndQuery;

    private static string CookieHeader(Dictionary<string, string> cookies) =>
        cookies.Count == 0 ? "" : $"Cookie: {string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"))}\r\n";

    private static string Hidden(string html)
    {
        var form = Between(html, "<form", "</form>");
        var pairs = new List<string>();
        var at = 0;
        while ((at = form.IndexOf("<input type=\"hidden\"", at, StringComparison.Ordinal)) >= 0)
        {
            var tag = form[at..form.IndexOf('>', at)];
            pairs.Add($"{Between(tag, "name=\"", "\"")}={Uri.EscapeDataString(WebUtility.HtmlDecode(Between(tag, "value=\"", "\"")))}");
            at++;
        }

        return string.Join('&', pairs);
    }

    private static string Member(string json, string name) => Between(json, $"\"{name}\":\"", "\"");

    private static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(after, start + before.Length, StringComparison.Ordinal);
        return end < 0 ? throw new InvalidOperationException($"Expected {before}…{after} in {text}") : text[(start + before.Length)..end];
    }

    private static bool Expect(Answer answer, int status) =>
        answer.Status == status
            ? true
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Expected {status}, got {answer.Status} {answer.Location} {answer.Body}"));
}
