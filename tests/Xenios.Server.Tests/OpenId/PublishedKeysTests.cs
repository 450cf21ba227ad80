using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Protocol;
using Xenios.Server.Hosting;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Keys that a client publishes at its <c>jwks_uri</c> (standards CAU-03; threats K01, K02, K03).</summary>
public sealed class PublishedKeysTests : IAsyncLifetime
{
    private const string Yaml =
        """
        environment: { slug: default, display_name: Test }
        applications:
          - client_id: remote
            type: machine
            token_endpoint_auth_method: private_key_jwt
            jwks_uri: https://keys.test/jwks
        connections:
          - { slug: x, kind: x, name: X }
        """;

    private readonly ClientSigner _first = ClientSigner.New("ES256", "first");
    private readonly ClientSigner _second = ClientSigner.New("ES256", "second");
    private Func<HttpResponseMessage> _answer = null!;
    private int _calls;
    private XeniosHost _host = null!;

    public async Task InitializeAsync()
    {
        Publish(_first);
        _host = await XeniosHost.StartAsync(options => options.Resources = Yaml);
        _host.Upstreams.Intercept = (request, _) =>
        {
            if (request.RequestUri!.Host != "keys.test")
            {
                return Task.FromResult<HttpResponseMessage?>(null);
            }

            Interlocked.Increment(ref _calls);
            Assert.Null(request.Headers.Authorization);
            return Task.FromResult<HttpResponseMessage?>(_answer());
        };
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Published_keys_are_read_once_and_kept()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, await StatusAsync(_first));
        }

        Assert.Equal(1, _calls);
    }

    [Fact] // CAU-03: rotation works at once, and again a minute later
    public async Task A_client_that_changes_its_key_is_let_in_with_the_new_one()
    {
        Assert.Equal(200, await StatusAsync(_first));
        Publish(_first, _second);
        Assert.Equal(200, await StatusAsync(_second));
        Publish(_second);
        _host.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(401, await StatusAsync(_first));
        Assert.Equal(200, await StatusAsync(_second));
    }

    [Fact] // K03
    public async Task A_thousand_unknown_key_ids_make_two_calls_a_minute_at_most()
    {
        Assert.Equal(200, await StatusAsync(_first));
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(401, await StatusAsync(_first.As("ES256", $"kid-{i}")));
        }

        Assert.Equal(2, _calls);
        _host.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(401, await StatusAsync(_first.As("ES256", "kid-x")));
        Assert.Equal(3, _calls);
    }

    [Fact] // K03
    public async Task A_key_that_was_withdrawn_is_refused_as_soon_as_the_set_is_read_again()
    {
        Assert.Equal(200, await StatusAsync(_first));
        Publish();
        _host.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(401, await StatusAsync(_first));
    }

    [Fact] // K03
    public async Task A_publisher_that_is_down_locks_nobody_out_for_an_hour_and_is_asked_twice_a_minute()
    {
        Assert.Equal(200, await StatusAsync(_first));
        _answer = () => new HttpResponseMessage(HttpStatusCode.BadGateway);
        _host.Clock.Advance(TimeSpan.FromMinutes(10));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(200, await StatusAsync(_first));
        }

        Assert.Equal(2, _calls);
        _host.Clock.Advance(TimeSpan.FromMinutes(51));
        Assert.Equal(401, await StatusAsync(_first));
        Publish(_first);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, await StatusAsync(_first));
    }

    [Theory] // K02: whatever comes is a refusal, and the next good answer works
    [InlineData("html")]
    [InlineData("redirect")]
    [InlineData("huge")]
    [InlineData("not json")]
    [InlineData("duplicate members")]
    [InlineData("no keys")]
    [InlineData("too many keys")]
    [InlineData("array")]
    [InlineData("500")]
    [InlineData("broken")]
    [InlineData("endless")]
    public async Task A_hostile_answer_is_a_refusal(string kind)
    {
        var good = ClientSigner.Jwks(_first.Jwk());
        _answer = kind switch
        {
            "html" => () => Answer(good, "text/html"),
            "redirect" => () => Answer("", "application/json", HttpStatusCode.Found, "https://keys.test/other"),
            "huge" => () => Answer(good + new string(' ', 300_000)),
            "not json" => () => Answer(good[..^1]),
            "duplicate members" => () => Answer(good[..^1] + ",\"keys\":[]}"),
            "no keys" => () => Answer("{}"),
            "too many keys" => () => Answer(ClientSigner.Jwks(Enumerable.Repeat(_first.Jwk(), 21))),
            "array" => () => Answer("[]"),
            "500" => () => Answer(good, "application/json", HttpStatusCode.InternalServerError),
            "endless" => () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new EndlessStream()) { Headers = { ContentType = new("application/json") } } },
            _ => () => throw new HttpRequestException("reset"),
        };
        Assert.Equal(401, await StatusAsync(_first));
        Publish(_first);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, await StatusAsync(_first));
    }

    [Theory] // RFC 7517 §5: keys of unknown kinds are passed over; a leaked private half is not trusted
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""", 200)]
    [InlineData("""{"kty":"oct","k":"AAAA","kid":"first"}""", 200)]
    [InlineData("""{"kid":7}""", 200)]
    [InlineData("7", 200)]
    public async Task Keys_of_other_kinds_in_the_set_do_not_matter(string other, int status)
    {
        _answer = () => Answer(ClientSigner.Jwks(other, _first.Jwk()), "application/jwk-set+json");
        Assert.Equal(status, await StatusAsync(_first));
    }

    [Fact] // K01: the guarded client, on the real network stack
    public async Task Private_addresses_are_not_called_in_production()
    {
        using var http = new OutgoingHttp(_host.Services.GetRequiredService<HostSettings>(), () => false);
        foreach (var address in (string[])["https://127.0.0.1:1/jwks", "https://169.254.169.254/jwks", "https://[::ffff:10.0.0.1]/jwks", "https://localhost:1/jwks"])
        {
            var exception = await Assert.ThrowsAsync<HttpRequestException>(() => http.Client.GetAsync(new Uri(address)));
            Assert.IsType<ForbiddenAddressException>(exception.InnerException);
        }
    }

    private static HttpResponseMessage Answer(string body, string type = "application/json", HttpStatusCode status = HttpStatusCode.OK, string? location = null)
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) };
        answer.Headers.Location = location is null ? null : new Uri(location);
        return answer;
    }

    private void Publish(params ClientSigner[] signers) => _answer = () => Answer(ClientSigner.Jwks(signers.Select(signer => signer.Jwk())));

    private async Task<int> StatusAsync(ClientSigner signer) => (await new RelyingParty(_host) { ClientId = "remote", Secret = null }.RedeemAsync(
        null,
        ("grant_type", "client_credentials"),
        ("redirect_uri", null),
        ("code_verifier", null),
        ("client_assertion_type", ClientAssertion.Type),
        ("client_assertion", signer.Assert("remote", _host.Clock.GetUtcNow())))).Status;

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)' ');
            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private static async Task CopyAsync(Stream destination, CancellationToken ct)
        {
            while (true)
            {
                await destination.WriteAsync(new byte[8192], ct);
            }
        }
    }
}
