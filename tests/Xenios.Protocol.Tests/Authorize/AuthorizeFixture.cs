using Xenios.Protocol.Authorize;

namespace Xenios.Protocol.Tests.Authorize;

/// <summary>A right authorization request and the clients that rows change.</summary>
internal static class AuthorizeFixture
{
    public const string RedirectUri = "https://rp.test/cb";
    public const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; // RFC 7636 appendix B

    private const string RightRequest =
        "response_type=code&client_id=web&redirect_uri=https%3A%2F%2Frp.test%2Fcb&scope=openid+profile&state=st&nonce=no"
        + $"&code_challenge={Challenge}&code_challenge_method=S256";

    private static readonly Dictionary<string, Client> Clients = new Client[]
    {
        Web("web"),
        Web("two-uris") with { RedirectUris = [RedirectUri, "https://rp.test/other"] },
        Web("with-query") with { RedirectUris = ["https://rp.test/cb?tenant=1"] },
        Web("no-code-grant") with { GrantTypes = ["client_credentials"] },
        Web("pkce-optional") with { RequirePkce = false },
        Web("public-lax") with { RequirePkce = false, AuthenticationMethod = ClientAuthenticationMethod.None },
        Web("native") with
        {
            IsNative = true,
            AuthenticationMethod = ClientAuthenticationMethod.None,
            RedirectUris = ["http://127.0.0.1/cb", "http://[::1]:8080/cb", "http://localhost/cb", "https://rp.test/cb", "com.example.app:/cb"],
        },
        Web("web-on-loopback") with { RedirectUris = ["http://127.0.0.1/cb", "http://[::1]:8080/cb"] },
        Web("native-lookalike") with { IsNative = true, RedirectUris = ["http://127.0.0.1.example.test/cb", "http://127.0.0.1@example.test/cb"] },
        Web("native-bare") with { IsNative = true, RedirectUris = ["http://127.0.0.1", "http://127.0.0.1/cb?a=1"] },
    }.ToDictionary(c => c.ClientId, StringComparer.Ordinal);

    /// <summary>The right request with some parameters replaced: an empty value takes one away, a repeated name doubles it.</summary>
    /// <param name="change">Form text.</param>
    /// <param name="readHint">Reads an <c>id_token_hint</c>.</param>
    public static AuthorizeVerdict Check(string change, Func<string, System.Text.Json.JsonElement?>? readHint = null)
    {
        var changed = Parameters.ParseForm(change).Pairs.Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        var kept = RightRequest.Split('&').Where(pair => !changed.Contains(pair[..pair.IndexOf('=', StringComparison.Ordinal)]));
        return AuthorizeRules.Check(Parameters.ParseForm(string.Join('&', kept.Append(change))), id => Clients.GetValueOrDefault(id), readHint);
    }

    public static AuthorizeRequest Proceeds(string change) => Assert.IsType<AuthorizeVerdict.Proceed>(Check(change)).Request;

    public static AuthorizeVerdict.Refuse Refuses(string change) => Assert.IsType<AuthorizeVerdict.Refuse>(Check(change));

    public static OAuthError ShowsPage(string change) => Assert.IsType<AuthorizeVerdict.ShowPage>(Check(change)).Error;

    private static Client Web(string id) => new()
    {
        ClientId = id,
        Name = id,
        RedirectUris = [RedirectUri],
        GrantTypes = ["authorization_code"],
        AllowedScopes = ["openid", "profile", "email"],
        Resources = ["https://a.test", "https://b.test"],
    };
}
