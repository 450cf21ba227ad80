using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xenios.Protocol;

namespace Xenios.Testing;

/// <summary>An application of the server under test: makes requests, redeems codes, checks tokens with a library that is not ours.</summary>
public sealed class RelyingParty(XeniosHost host)
{
    public string ClientId { get; init; } = "shop";

    /// <summary>Base URL of the environment it belongs to.</summary>
    public string Issuer { get; init; } = XeniosHost.Url;

    public string? Secret { get; init; } = "shop-secret-0123456789-abcdefghijklmnop";

    /// <summary>Send the secret in the body instead of the header.</summary>
    public bool SecretInBody { get; init; }

    public string RedirectUri { get; init; } = "https://rp.test/cb";

    public string State { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public string Nonce { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public string Verifier { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>The confidential application of <see cref="XeniosHost.Resources"/> with <c>client_secret_post</c>, ES256 and claims in the ID token.</summary>
    public static RelyingParty Other(XeniosHost host) => new(host)
    {
        ClientId = "other",
        Secret = "other-secret-0123456789-abcdefghijklmno",
        SecretInBody = true,
        RedirectUri = "https://other.test/cb",
    };

    /// <summary>The public application of <see cref="XeniosHost.Resources"/>.</summary>
    public static RelyingParty Spa(XeniosHost host) => new(host) { ClientId = "spa", Secret = null, RedirectUri = "https://spa.test/cb" };

    /// <summary>The address of an authorization request. A value of null leaves a usual parameter out.</summary>
    public string AuthorizeUrl(params (string Name, string? Value)[] changes)
    {
        var parameters = new List<KeyValuePair<string, string?>>
        {
            new("client_id", ClientId),
            new("redirect_uri", RedirectUri),
            new("response_type", "code"),
            new("scope", "openid profile email"),
            new("state", State),
            new("nonce", Nonce),
            new("code_challenge", Pkce.Challenge(Verifier)),
            new("code_challenge_method", "S256"),
        };
        foreach (var (name, value) in changes)
        {
            parameters.RemoveAll(parameter => parameter.Key == name);
            parameters.Add(new(name, value));
        }

        return $"{Issuer}/oauth2/authorize?{Parameters.Format(parameters)}";
    }

    /// <summary>The whole walk in a browser up to the redirect to the application.</summary>
    public async Task<Page> SignInAsync(Browser browser, string person = "ada", params (string Name, string? Value)[] changes)
    {
        var page = await browser.GoAsync(AuthorizeUrl(changes));
        if (page.Id == "S35")
        {
            page = await browser.PressAsync(page, "/other");
        }

        if (page.Id is "S01" or "S02" or "S03")
        {
            page = await browser.LeaveAsync(page);
        }

        return page.Url.Host == "x.test" ? await browser.PickAsync(page, person) : page;
    }

    /// <summary>Redeems a code. A value of null leaves a usual parameter out.</summary>
    public async Task<TokenAnswer> RedeemAsync(string? code, params (string Name, string? Value)[] changes)
    {
        var form = new Dictionary<string, string?>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = RedirectUri,
            ["code_verifier"] = Verifier,
        };
        if (Secret is null || SecretInBody)
        {
            form["client_id"] = ClientId;
            form["client_secret"] = Secret;
        }

        foreach (var (name, value) in changes)
        {
            form[name] = value;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Issuer}/oauth2/token");
        request.Content = new FormUrlEncodedContent(form.Where(field => field.Value is not null).Select(field => new KeyValuePair<string, string>(field.Key, field.Value!)));
        if (Secret is not null && !SecretInBody)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Uri.EscapeDataString(Secret)}")));
        }

        using var client = host.NewClient();
        using var answer = await client.SendAsync(request);
        return new TokenAnswer((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement, answer.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>Spends a refresh token.</summary>
    public Task<TokenAnswer> RefreshAsync(string? refreshToken, params (string Name, string? Value)[] changes) =>
        RedeemAsync(null, [("grant_type", "refresh_token"), ("refresh_token", refreshToken), ("redirect_uri", null), ("code_verifier", null), .. changes]);

    /// <summary>Signs in and redeems.</summary>
    public async Task<TokenAnswer> SignInAndRedeemAsync(Browser browser, string person = "ada", params (string Name, string? Value)[] changes) =>
        await RedeemAsync((await SignInAsync(browser, person, changes)).LocationParameter("code"));

    /// <summary>Asks userinfo.</summary>
    public async Task<(int Status, JsonElement Json, string WwwAuthenticate)> UserInfoAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Issuer}/oauth2/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var client = host.NewClient();
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement, answer.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>Checks an ID token against the published keys with Microsoft's library, and gives its claims.</summary>
    public async Task<IDictionary<string, object>> ValidateAsync(string idToken)
    {
        using var client = host.NewClient();
        var keys = new JsonWebKeySet(await client.GetStringAsync(new Uri($"{Issuer}/oauth2/jwks")));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(idToken, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = ClientId,
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidTypes = ["JWT"],
            LifetimeValidator = (_, expires, _, _) => expires > host.Clock.GetUtcNow(),
        });
        return result.IsValid ? result.Claims : throw result.Exception;
    }
}

/// <summary>An answer of the token endpoint.</summary>
public sealed record TokenAnswer(int Status, JsonElement Json, string WwwAuthenticate)
{
    public string? Error => Text("error");

    public string AccessToken => Text("access_token")!;

    public string IdToken => Text("id_token")!;

    public string? RefreshToken => Text("refresh_token");

    /// <summary>A string member, or null.</summary>
    public string? Text(string name) => Json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
