using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Xenios.Protocol.OAuth1;

namespace Xenios.Protocol.Tests.OAuth1;

/// <summary>The header as written and as read (RFC 5849 §3.5.1).</summary>
public sealed class AuthorizationHeaderTests
{
    private static readonly string[] WrittenByUs =
        ["oauth_consumer_key", "oauth_nonce", "oauth_signature_method", "oauth_timestamp", "oauth_version", "oauth_token"];

    public static TheoryData<string> Published => PublishedVector.IdsWithVersion;

    [Theory]
    [MemberData(nameof(Published))]
    public void Header_carries_the_published_signature(string id)
    {
        var v = PublishedVector.Get(id);
        var own = v.Pairs.Where(p => p.Key.StartsWith("oauth_", StringComparison.Ordinal) && !WrittenByUs.Contains(p.Key));
        var others = v.Pairs.Where(p => !p.Key.StartsWith("oauth_", StringComparison.Ordinal)).ToList();
        var url = v.Method == "GET" ? $"{v.Url}?{string.Join('&', others.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"))}" : v.Url;

        Assert.Equal(v.Signature, SignatureOf(Create(v, url, v.Method == "GET" ? [] : others, own)));
    }

    [Fact]
    public void Query_and_body_are_decoded_before_they_are_signed()
    {
        // The raw request that X prints: lower-case hex on the wire, upper-case hex in the base string.
        var v = PublishedVector.Get("x-docs-creating-a-signature");
        var body = Parameters.ParseForm("status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21").Pairs;

        Assert.Equal(v.Signature, SignatureOf(Create(v, v.Url + "?include_entities=true", body, [])));
    }

    [Theory]
    [InlineData("header")]
    [InlineData("body")]
    [InlineData("query")]
    public void Verifier_is_signed_wherever_it_stands(string place)
    {
        var v = PublishedVector.Get("x-docs-signin-access_token");
        KeyValuePair<string, string>[] verifier = [new("oauth_verifier", v["oauth_verifier"]!)];
        var header = Create(
            v,
            place == "query" ? $"{v.Url}?oauth_verifier={v["oauth_verifier"]}" : v.Url,
            place == "body" ? verifier : [],
            place == "header" ? verifier : []);

        Assert.Equal(v.Signature, SignatureOf(header));
        Assert.Equal(place == "header", header.Contains("oauth_verifier", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("query")]
    [InlineData("form body")]
    public void Plus_and_space_are_told_apart(string place)
    {
        const string Wire = "q=a+b%2Bc%20d";
        const string Base = "POST&https%3A%2F%2Fapi.x.com%2F1&oauth_consumer_key%3Dk%26oauth_nonce%3Dn%26oauth_signature_method%3DHMAC-SHA1"
            + "%26oauth_timestamp%3D1%26oauth_version%3D1.0%26q%3Da%2520b%252Bc%2520d";
        var header = AuthorizationHeader.Create(
            "POST",
            new Uri(place == "query" ? "https://api.x.com/1?" + Wire : "https://api.x.com/1"),
            place == "query" ? [] : Parameters.ParseForm(Wire).Pairs,
            [],
            new Credentials("k", "s"),
            "n",
            1);

        Assert.Equal(Convert.ToBase64String(HMACSHA1.HashData("s&"u8, Encoding.UTF8.GetBytes(Base))), SignatureOf(header));
    }

    [Theory]
    [InlineData("RFC 5849 §3.5.1: as printed in §1.2", "OAuth realm=\"Photos\", oauth_token=\"hh5s93j4hdidpola\", oauth_nonce=\"walatlh\"")]
    [InlineData("no blank after the comma", "OAuth realm=\"Photos\",oauth_token=\"hh5s93j4hdidpola\",oauth_nonce=\"walatlh\"")]
    [InlineData("no realm", "OAuth oauth_token=\"hh5s93j4hdidpola\", oauth_nonce=\"walatlh\"")]
    [InlineData("other order", "OAuth oauth_nonce=\"walatlh\", realm=\"\", oauth_token=\"hh5s93j4hdidpola\"")]
    [InlineData("RFC 9110 §11.1: scheme in any case", "oauth oauth_nonce=\"walatlh\", REALM=\"x\",  oauth_token=\"hh5s93j4hdidpola\"")]
    public void Header_is_read_in_any_order_and_spacing_without_its_realm(string rule, string header)
    {
        var pairs = AuthorizationHeader.Parse(header);

        Assert.NotNull(pairs);
        Assert.Equal(
            ["oauth_nonce=walatlh", "oauth_token=hh5s93j4hdidpola"],
            pairs.Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("absent", null)]
    [InlineData("other scheme", "Bearer abc")]
    [InlineData("scheme only begins alike", "OAuth2 oauth_nonce=\"x\"")]
    [InlineData("no value", "OAuth oauth_nonce")]
    [InlineData("no quotes", "OAuth oauth_nonce=x")]
    [InlineData("one quote", "OAuth oauth_nonce=\"")]
    [InlineData("open quote", "OAuth oauth_nonce=\"x")]
    [InlineData("no name", "OAuth =\"x\"")]
    public void Malformed_header_is_refused(string why, string? header) => Assert.Null(AuthorizationHeader.Parse(header));

    [Fact]
    public void Header_read_back_gives_what_was_written()
    {
        const string Callback = "https://id.test/cb?a=1&b=\"é, +%2B~\"";
        var header = AuthorizationHeader.Create(
            "POST",
            new Uri("https://api.x.com/oauth/request_token"),
            [],
            [new("oauth_callback", Callback)],
            new Credentials("k&y", "s", "t/k=", "ts"),
            "n+1",
            1318622958);

        var read = AuthorizationHeader.Parse(header)!.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

        Assert.Equal(Callback, read["oauth_callback"]);
        Assert.Equal("k&y", read["oauth_consumer_key"]);
        Assert.Equal("n+1", read["oauth_nonce"]);
        Assert.Equal("HMAC-SHA1", read["oauth_signature_method"]);
        Assert.Equal("1318622958", read["oauth_timestamp"]);
        Assert.Equal("t/k=", read["oauth_token"]);
        Assert.Equal("1.0", read["oauth_version"]);
        Assert.Equal(20, Convert.FromBase64String(read["oauth_signature"]).Length);
        Assert.Equal(8, read.Count);
    }

    [Fact]
    public void Token_is_left_out_before_there_is_one()
    {
        var header = AuthorizationHeader.Create("POST", new Uri("https://api.x.com/a"), [], [], new Credentials("key", "secret"), "n", 1);

        Assert.DoesNotContain("oauth_token", header, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_stand_neither_in_the_header_nor_in_the_text_of_the_credentials()
    {
        var credentials = new Credentials("key", "consumer-s3cret", "token", "token-s3cret");
        var header = AuthorizationHeader.Create("POST", new Uri("https://api.x.com/a"), [], [], credentials, "n", 1);

        Assert.DoesNotContain("s3cret", header, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", $"{credentials}", StringComparison.Ordinal);
    }

    private static string Create(
        PublishedVector v, string url, IEnumerable<KeyValuePair<string, string>> form, IEnumerable<KeyValuePair<string, string>> protocol) =>
        AuthorizationHeader.Create(
            v.Method,
            new Uri(url),
            form,
            protocol,
            new Credentials(v["oauth_consumer_key"]!, v.ConsumerSecret, v["oauth_token"], v.TokenSecret),
            v["oauth_nonce"]!,
            long.Parse(v["oauth_timestamp"]!, CultureInfo.InvariantCulture));

    private static string SignatureOf(string header) => AuthorizationHeader.Parse(header)!.Single(p => p.Key == "oauth_signature").Value;
}
