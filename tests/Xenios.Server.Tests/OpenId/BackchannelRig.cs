using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xenios.Protocol;
using Xenios.Server.OpenId;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>A server with two applications that want to hear of the end of sessions, and what they are sent.</summary>
public abstract class BackchannelRig : IAsyncLifetime
{
    /// <summary>What applications were sent.</summary>
    private protected List<(Uri Url, string Body, string Type)> Posts { get; } = [];

    /// <summary>What they answer.</summary>
    private protected Func<HttpStatusCode> Answer { get; set; } = () => HttpStatusCode.OK;

    private protected XeniosHost Host { get; private set; } = null!;

    protected virtual string? Postgres => null;

    private protected BackchannelLogout Deliveries => Host.Services.GetRequiredService<BackchannelLogout>();

    public async Task InitializeAsync()
    {
        Host = await XeniosHost.StartAsync(options =>
        {
            options.Postgres = Postgres;
            options.Resources = XeniosHost.Resources
                .Replace("    redirect_uris: [https://rp.test/cb,", "    backchannel_logout_uri: https://rp.test/ended?for=shop\n    redirect_uris: [https://rp.test/cb,", StringComparison.Ordinal)
                .Replace("    redirect_uris: [https://other.test/cb]", "    backchannel_logout_uri: https://other.test/ended\n    redirect_uris: [https://other.test/cb]", StringComparison.Ordinal);
        });
        Host.Upstreams.Intercept = InterceptAsync;
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    private protected static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private async Task<HttpResponseMessage?> InterceptAsync(HttpRequestMessage request, CancellationToken ct)
    {
        if (request.RequestUri!.Host is not ("rp.test" or "other.test"))
        {
            return null;
        }

        var body = await request.Content!.ReadAsStringAsync(ct);
        lock (Posts)
        {
            Posts.Add((request.RequestUri, body, request.Content.Headers.ContentType!.MediaType!));
        }

        return new HttpResponseMessage(Answer());
    }

    private protected (Uri Url, string Token, string Type) Received(int index)
    {
        var form = Parameters.ParseForm(Posts[index].Body);
        Assert.Equal(["logout_token"], form.Pairs.Select(pair => pair.Key));
        return (Posts[index].Url, form["logout_token"]!, Posts[index].Type);
    }

    private protected static async Task SignOutAsync(Browser browser) =>
        Expect.Page(await browser.PressAsync(await browser.GoAsync($"{XeniosHost.Url}/signin"), "/signin/out"), "S37", HttpStatusCode.OK);

    // The worker runs on the real clock.
    private protected Task ArrivedAsync(int count) => UntilAsync(() => Task.FromResult(Posts.Count >= count));

    private protected Task QueuedAsync(int count) => UntilAsync(async () =>
        (await Host.QueryAsync($"SELECT COUNT(*) FROM session_applications WHERE due_at > {Host.Clock.GetUtcNow().ToUnixTimeMilliseconds()}")).Single() == $"{count}"
        && (await Host.QueryAsync($"SELECT COUNT(*) FROM session_applications WHERE due_at <= {Host.Clock.GetUtcNow().ToUnixTimeMilliseconds()}")).Single() == "0");

    private protected static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 500; tries++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail("It did not come about within ten seconds.");
    }

    private protected async Task ValidateAsync(string token, string clientId)
    {
        using var client = Host.NewClient();
        var keys = new Microsoft.IdentityModel.Tokens.JsonWebKeySet(await client.GetStringAsync(new Uri("/oauth2/jwks", UriKind.Relative)));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = XeniosHost.Url,
            ValidAudience = clientId,
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidTypes = ["logout+jwt"],
            LifetimeValidator = (_, expires, _, _) => expires > Host.Clock.GetUtcNow(),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
    }
}
