using Xenios.Protocol.OAuth1;

namespace Xenios.XSandbox.Tests;

/// <summary>The signed calls of the first generation, each with a switch for what a test bends.</summary>
internal static class Signed
{
    private static int _nonce;

    public static string Nonce() => $"nonce{Interlocked.Increment(ref _nonce)}";

    public static Credentials Keys(this SandboxFixture x, string? token = null, string? secret = null) =>
        new(x.App.ApiKey, x.App.ApiKeySecret, token, secret);

    public static HttpRequestMessage Request(
        this SandboxFixture x,
        string method,
        string path,
        Credentials keys,
        Dictionary<string, string>? protocol = null,
        Dictionary<string, string>? form = null,
        string? nonce = null,
        long? timestamp = null,
        Uri? signedFor = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        var url = new Uri(signedFor ?? SandboxFixture.Url, path);
        request.Headers.TryAddWithoutValidation("Authorization", AuthorizationHeader.Create(
            method, url, form ?? [], protocol ?? [], keys, nonce ?? Nonce(), timestamp ?? x.Time.GetUtcNow().ToUnixTimeSeconds()));
        if (form is not null)
        {
            request.Content = new FormUrlEncodedContent(form);
        }

        return request;
    }

    public static Task<Answer> RequestTokenAsync(this SandboxFixture x, string callback = SandboxFixture.Callback, string? accept = null)
    {
        var request = x.Request("POST", "/oauth/request_token", x.Keys(), new() { ["oauth_callback"] = callback });
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return x.SendAsync(request);
    }

    /// <summary>Signs a person in up to the approved request token.</summary>
    public static async Task<(string Token, string Secret, string Verifier)> ApproveAsync(this SandboxFixture x, string person = "ada")
    {
        var request = (await SandboxFixture.ExpectAsync(x.RequestTokenAsync(), 200)).Form;
        var back = await x.GetAsync($"/oauth/authenticate?oauth_token={request["oauth_token"]}&sandbox_person={person}");
        Assert.Equal(request["oauth_token"], back.LocationQuery["oauth_token"]);
        return (request["oauth_token"]!, request["oauth_token_secret"]!, back.LocationQuery["oauth_verifier"]!);
    }

    public static Task<Answer> ExchangeAsync(this SandboxFixture x, string token, string? secret, string? verifier) => x.SendAsync(x.Request(
        "POST", "/oauth/access_token", x.Keys(token, secret), form: verifier is null ? [] : new() { ["oauth_verifier"] = verifier }));

    /// <summary>Signs a person in up to the keys for their requests.</summary>
    public static async Task<Credentials> SignInAsync(this SandboxFixture x, string person = "ada")
    {
        var (token, secret, verifier) = await x.ApproveAsync(person);
        var access = (await SandboxFixture.ExpectAsync(x.ExchangeAsync(token, secret, verifier), 200)).Form;
        return x.Keys(access["oauth_token"], access["oauth_token_secret"]);
    }

    public static Task<Answer> VerifyAsync(this SandboxFixture x, Credentials keys, string query = "") =>
        x.SendAsync(x.Request("GET", "/1.1/account/verify_credentials.json" + query, keys));
}
