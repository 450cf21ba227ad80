using Xenios.Protocol;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>A server with clients that authenticate by assertions.</summary>
public abstract class AssertionHost : IAsyncLifetime
{
    protected const string Secret = "hmac-secret-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-abcdef";

    protected static readonly ClientSigner Rsa = ClientSigner.New("RS256", "rsa");
    protected static readonly ClientSigner Ec = ClientSigner.New("ES256", "ec");
    protected static readonly Dictionary<string, ClientSigner> Others = ((string[])["ES384", "ES512"]).ToDictionary(name => name, name => ClientSigner.New(name, name));

    protected XeniosHost Host { get; private set; } = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync() => Host = await XeniosHost.StartAsync(options =>
    {
        options.Postgres = Postgres;
        options.Resources = Yaml();
    });

    public async Task DisposeAsync() => await Host.DisposeAsync();

    protected static string Yaml() =>
        $$"""
        environment: { slug: default, display_name: Test }
        applications:
          - client_id: signer
            token_endpoint_auth_method: private_key_jwt
            jwks: {{ClientSigner.Jwks([Rsa.Jwk(), Ec.Jwk(), .. Others.Values.Select(other => other.Jwk(jwk => jwk["use"] = "sig"))])}}
            redirect_uris: [https://signer.test/cb]
            grant_types: [authorization_code, refresh_token, client_credentials]
            connections: [x]
          - client_id: strict
            type: machine
            token_endpoint_auth_method: private_key_jwt
            token_endpoint_auth_signing_alg: PS256
            jwks: {{ClientSigner.Jwks(Rsa.Jwk())}}
          - client_id: letter
            type: machine
            token_endpoint_auth_method: private_key_jwt
            assertion_audience: issuer_or_token_endpoint
            jwks: {{ClientSigner.Jwks(Rsa.Jwk())}}
          - client_id: hmac
            type: machine
            token_endpoint_auth_method: client_secret_jwt
            client_secret: {{Secret}}
          - client_id: machine
            type: machine
            client_secret: {{TokenResources.MachineSecret}}
        connections:
          - { slug: x, kind: x, name: X }
        """;

    protected static (string Name, string? Value)[] Assertion(string assertion) => [("client_assertion_type", ClientAssertion.Type), ("client_assertion", assertion)];

    protected DateTimeOffset Now => Host.Clock.GetUtcNow();

    protected Task<TokenAnswer> MachineAsync(string assertion) => new RelyingParty(Host) { ClientId = "?", Secret = null }.RedeemAsync(
        null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null), ("client_id", null), .. Assertion(assertion)]);

    protected async Task<(int Status, string Body)> PostAsync(string path, string assertion, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var content = new FormUrlEncodedContent([.. fields, new("client_assertion_type", ClientAssertion.Type), new("client_assertion", assertion)]);
        using var client = Host.NewClient();
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
