using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Audit;
using Xenios.Server.Connections;
using Xenios.Server.Tests.Operations;
using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>Nothing secret and nobody's address reaches the log, in either form, the metrics or the traces, whatever goes right or wrong (threats L04).</summary>
[Collection("Alone")]
public sealed class LoggedSecretsTests
{
    private readonly ConcurrentDictionary<string, string> _secrets = [];

    [Theory]
    [InlineData("oauth2")]
    [InlineData("oauth1a")]
    public async Task No_secret_code_token_cookie_verifier_or_address_is_logged_measured_traced_or_in_a_timeline(string protocol)
    {
        await using var collector = await Collector.StartAsync();
        await using var host = await XeniosHost.StartAsync(options =>
        {
            options.Resources = GateHost.Resources.Replace("{ slug: x, kind: x, name: X }", $"{{ slug: x, kind: x, name: X, protocol: {protocol} }}", StringComparison.Ordinal);
            (options.Settings["Operations:Token"], options.Settings["Otlp:Endpoint"]) = ("operations-token-0123456789", collector.Url);
        });
        Watch(host);
        var shop = Known(new RelyingParty(host));

        // All goes well, by X's address and by mail.
        await RedeemedAsync(shop, await SignedInAsync(host, shop, "ada"));
        var ben = await Newcomer.ArriveAsync(host, shop);
        Keep("address", "typed-address@v.test");
        foreach (var typed in new[] { "typed-address@v.test", "not an address typed-nonsense", "admin@v.test" })
        {
            await ben.PressAsync("email/change");
            await ben.GiveAsync(typed);
            host.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await ben.EnterAsync(Newcomer.Not(host.MailedCode));
        Assert.Equal("S18", (await ben.ProveAsync()).Id);
        await ben.PressAsync("email/change");
        await ben.GiveAsync("typed-address@v.test");
        KeepCookies(ben.Browser);
        await RedeemedAsync(shop, await ben.ProveAsync());
        KeepCookies(ben.Browser);

        // Much goes wrong.
        await SignedInAsync(host, shop, "cleo");
        await SignedInAsync(host, shop, "dev");
        await SignedInAsync(host, shop, "eve");
        await host.GetAsync("/login/callback?state=guessed-state-value&code=guessed-code-value&error_description=upstream-words");
        await host.GetAsync("/oauth2/authorize?client_id=shop&redirect_uri=https://evil.test/?leak=redirect-words&state=state-words");
        Keep("guesses", "guessed-state-value", "guessed-code-value", "upstream-words", "redirect-words", "state-words", "wrong-client-secret", "typed-nonsense", "forged-bearer");
        await shop.RedeemAsync("no-such-code", ("client_secret", "wrong-client-secret"));
        await new RelyingParty(host) { Secret = "wrong-client-secret" }.RedeemAsync("no-such-code");
        await shop.UserInfoAsync("forged-bearer");
        foreach (var (endpoint, fault) in protocol == "oauth2"
            ? [("token", "html_error"), ("users_me", "malformed")]
            : new[] { ("request_token", "html_error"), ("access_token", "malformed"), ("verify_credentials", "html_error") })
        {
            await FaultAsync(host, endpoint, fault);
            await SignedInAsync(host, shop, "ada");
            await host.NoFaultsAsync();
        }

        var credentials = host.Services.GetRequiredService<ConnectionCredentials>();
        Keep("the X app", credentials.SandboxOAuth2!.Secret!.Reveal(), credentials.SandboxOAuth1!.Secret!.Reveal());
        Keep("sealing key", await File.ReadAllTextAsync(Path.Combine(host.Data, "sealing.key")));
        Keep("people", "ada@example.com", "cleo@example.com", "admin@v.test", "squatter@v.test", "correct-horse-battery", "attackers-own-password");
        foreach (var mail in host.Mail)
        {
            Keep("mail code", mail.Code!, $"{mail.Code![..3]} {mail.Code[3..]}");
        }

        Keep("the operations token", "operations-token-0123456789");
        string[] lines = [.. host.Log.Lines, .. host.Log.JsonLines, await host.MetricsAsync("operations-token-0123456789"), .. await collector.ReceivedAsync(host)];
        Assert.Contains(lines, line => line.Contains("/oauth2/token", StringComparison.Ordinal) && line.Contains("POST /oauth2/token", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("xenios_sign_ins_total{", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("signed in by x for shop", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("failed at", StringComparison.Ordinal));
        Assert.True(_secrets.Count > 60, $"only {_secrets.Count} secrets were seen");
        await host.Services.GetRequiredService<RefusedSignIns>().FlushAsync(CancellationToken.None);
        var rows = await host.QueryAsync("SELECT * FROM sign_ins");
        Assert.True(rows.Count > 8, $"only {rows.Count} timelines were written");
        foreach (var (secret, what) in _secrets)
        {
            Assert.False(rows.Any(row => row.Contains(secret, StringComparison.OrdinalIgnoreCase)), $"the timeline holds {what}: {rows.FirstOrDefault(row => row.Contains(secret, StringComparison.OrdinalIgnoreCase))}");
            Assert.False(lines.Any(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)), $"log, metrics or traces hold {what}: {lines.FirstOrDefault(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase))}");
        }
    }

    private static async Task FaultAsync(XeniosHost host, string endpoint, string kind) => await host.FaultAsync(endpoint, $$"""{"kind":"{{kind}}"}""");

    private RelyingParty Known(RelyingParty app)
    {
        Keep("the application's request", app.Secret!, app.State, app.Nonce, app.Verifier);
        return app;
    }

    private async Task<Page> SignedInAsync(XeniosHost host, RelyingParty app, string person)
    {
        var browser = host.NewBrowser();
        var page = await app.SignInAsync(browser, person);
        KeepCookies(browser);
        return page;
    }

    private async Task RedeemedAsync(RelyingParty app, Page page)
    {
        Assert.Equal("rp.test", page.Location?.Host);
        var code = page.LocationParameter("code")!;
        var tokens = await app.RedeemAsync(code);
        await app.UserInfoAsync(tokens.AccessToken);
        Keep("a code", code);
        Keep("a token", tokens.AccessToken, tokens.IdToken, tokens.AccessToken.Split('.')[2]);
        Assert.Equal("invalid_grant", (await app.RedeemAsync(code)).Error);
    }

    // What passes between the server and X: codes, verifiers, tokens, signatures.
    private void Watch(XeniosHost host) => host.Upstreams.Intercept = async (request, ct) =>
    {
        // The time of a request is no secret, and every hop of a timeline has it too.
        Keep("a header to X", [.. (request.Headers.Authorization?.Parameter ?? "").Split(',').Where(part => !part.Contains("oauth_timestamp", StringComparison.Ordinal)).Select(part => part.Split('=').Last().Trim(' ', '"'))]);
        if (request.Content is not null)
        {
            foreach (var pair in (await request.Content.ReadAsStringAsync(ct)).Split('&').Where(pair => pair.StartsWith("code", StringComparison.Ordinal) || pair.StartsWith("oauth_verifier", StringComparison.Ordinal)))
            {
                Keep("a form to X", WebUtility.UrlDecode(pair.Split('=')[1]));
            }
        }

        return null;
    };

    private void KeepCookies(Browser browser) => Keep("a cookie", [.. browser.CookiesOf("id.test").Where(cookie => !cookie.Key.Contains("last", StringComparison.Ordinal)).Select(cookie => cookie.Value)]);

    // Short ones, such as "1.0" or a method's name, say nothing.
    private void Keep(string what, params string[] secrets)
    {
        foreach (var secret in secrets.Where(secret => secret.Length >= 6 && !secret.StartsWith("HMAC", StringComparison.Ordinal)))
        {
            _secrets.TryAdd(secret, what);
        }
    }
}

internal static class Requests
{
    public static async Task<string> MetricsAsync(this XeniosHost host, string token)
    {
        using var client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    public static async Task GetAsync(this XeniosHost host, string path)
    {
        using var client = host.NewClient();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
    }
}
