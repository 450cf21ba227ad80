using Xenios.Protocol.OAuth1;

namespace Xenios.Protocol.Tests.OAuth1;

/// <summary>HMAC-SHA1 signatures against everything published (threat B08).</summary>
public sealed class SignatureTests
{
    public static TheoryData<string> Published => PublishedVector.Ids;

    [Fact]
    public void All_twelve_published_vectors_are_here() => Assert.Equal(12, PublishedVector.Ids.Count);

    [Theory]
    [MemberData(nameof(Published))]
    public void Base_string_is_as_published(string id)
    {
        var v = PublishedVector.Get(id);
        Assert.Equal(v.BaseString, Signature.BaseString(v.Method, new Uri(v.Url), v.Pairs));
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void Signature_is_as_published(string id)
    {
        var v = PublishedVector.Get(id);
        Assert.Equal(v.Signature, Signature.Sign(v.BaseString, v.ConsumerSecret, v.TokenSecret));
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void Order_in_which_parameters_come_does_not_matter(string id)
    {
        var v = PublishedVector.Get(id);
        Assert.Equal(v.BaseString, Signature.BaseString(v.Method, new Uri(v.Url), v.Pairs.Reverse()));
    }

    [Theory]
    [InlineData("wiki: no token secret", "cs", null, "egQqG5AJep5sJ7anhXju1unge2I=")]
    [InlineData("wiki: an empty token secret is none", "cs", "", "egQqG5AJep5sJ7anhXju1unge2I=")]
    [InlineData("wiki: token secret", "cs", "ts", "VZVjXceV7JgPq/dOTnNmEfO0Fv8=")]
    public void Hmac_is_as_published(string source, string consumerSecret, string? tokenSecret, string signature) =>
        Assert.Equal(signature, Signature.Sign("bs", consumerSecret, tokenSecret));

    [Fact]
    public void Hmac_octets_are_those_that_x_prints()
    {
        var v = PublishedVector.Get("x-docs-creating-a-signature");
        Assert.Equal(
            "2ECF778498996D0DDA905DC7177C75073F3FCD4E",
            Convert.ToHexString(Convert.FromBase64String(Signature.Sign(v.BaseString, v.ConsumerSecret, v.TokenSecret))));
    }

    [Theory]
    [InlineData("wiki", "name", "name=")]
    [InlineData("wiki", "a=b", "a=b")]
    [InlineData("wiki", "a=b&c=d", "a=b&c=d")]
    [InlineData("wiki", "a=x!y&a=x+y", "a=x%20y&a=x%21y")]
    [InlineData("wiki", "x!y=a&x=a", "x=a&x%21y=a")]
    [InlineData("RFC 5849 §3.4.1.3.2: sorted by name, not by the joined pair", "a1=b&a=z", "a=z&a1=b")]
    [InlineData("RFC 5849 §3.4.1.3.2: sorted after encoding", "z=2&%C3%A9=1", "%C3%A9=1&z=2")]
    [InlineData("RFC 5849 §3.4.1.3.2: by octets, not by culture or case", "a_b=1&ab=2&aB=3&a.b=4&B=5", "B=5&a.b=4&aB=3&a_b=1&ab=2")]
    [InlineData("RFC 5849 §3.4.1.3.2: same name, same value", "a=1&a=1", "a=1&a=1")]
    [InlineData("RFC 5849 §3.4.1.3.1: '+' and %20 are spaces, %2B is '+'", "a=1+2%2B3%204", "a=1%202%2B3%204")]
    public void Parameters_are_normalised(string source, string form, string normalised) =>
        Assert.Equal(normalised, Signature.Normalize(Parameters.ParseForm(form).Pairs));

    [Theory]
    [InlineData("wiki: empty path", "GET", "http://example.com", "GET&http%3A%2F%2Fexample.com%2F&n%3Dv")]
    [InlineData("RFC 5849 §3.4.1.2: case, default port, query", "GET", "HTTP://EXAMPLE.COM:80/r%20v/X?id=123", "GET&http%3A%2F%2Fexample.com%2Fr%2520v%2FX&n%3Dv")]
    [InlineData("RFC 5849 §3.4.1.2: other port", "GET", "https://www.example.net:8080/?q=1", "GET&https%3A%2F%2Fwww.example.net%3A8080%2F&n%3Dv")]
    [InlineData("RFC 5849 §3.4.1.2: default port of https", "GET", "https://example.com:443/a", "GET&https%3A%2F%2Fexample.com%2Fa&n%3Dv")]
    [InlineData("RFC 5849 §3.4.1.2: 80 is not the default port of https", "GET", "https://example.com:80/a", "GET&https%3A%2F%2Fexample.com%3A80%2Fa&n%3Dv")]
    [InlineData("RFC 5849 §3.4.1.2: fragment", "GET", "https://example.com/a#b", "GET&https%3A%2F%2Fexample.com%2Fa&n%3Dv")]
    [InlineData("RFC 5849 §3.4.1.1: method", "post", "https://example.com/a", "POST&https%3A%2F%2Fexample.com%2Fa&n%3Dv")]
    public void Method_and_url_are_normalised(string source, string method, string url, string baseString) =>
        Assert.Equal(baseString, Signature.BaseString(method, new Uri(url), [new("n", "v")]));

    // Computed, not published: the same inputs with the other host. X's pages print signatures for the host before it was renamed.
    [Theory]
    [InlineData("twitter-docs-header-example-v1", "https://api.x.com/1/statuses/update.json", "jImLLc8KqfFuZu++wewTeWd3zpE=")]
    [InlineData("x-docs-signin-request_token", "https://api.x.com/oauth/request_token", "X9xhcB9d+NxXd/ThJ/n51vPhetM=")]
    [InlineData("x-docs-signin-access_token", "https://api.x.com/oauth/access_token", "G3DdousFWwxEepaZcmHguKqeBvs=")]
    [InlineData("twitter-2010-request_token", "https://api.x.com/oauth/request_token", "5J78XPK/cbzhp099FEPu+XKqo6o=")]
    [InlineData("twitter-2010-access_token", "https://api.x.com/oauth/access_token", "69fbDfQ+YVnl5hcNuyN2KiPVebU=")]
    [InlineData("twitter-2010-utf8", "http://api.x.com/1/statuses/update.json", "kemX6M6V/Zahw7OKRxX6AC45P70=")]
    [InlineData("x-docs-creating-a-signature", "https://api.twitter.com/1.1/statuses/update.json", "hCtSmYh+iHYCEqBWrE7C7hYmtUk=")]
    public void Signed_host_is_the_host_really_called(string id, string url, string signature)
    {
        var v = PublishedVector.Get(id);
        Assert.Equal(signature, Signature.Sign(Signature.BaseString(v.Method, new Uri(url), v.Pairs), v.ConsumerSecret, v.TokenSecret));
    }

    [Theory]
    [InlineData("nothing changed", true)]
    [InlineData("wrong token secret", false)]
    [InlineData("no token secret", false)]
    [InlineData("secrets swapped", false)]
    [InlineData("lower-case hex", false)]
    [InlineData("trailing slash in the path", false)]
    [InlineData(":443 in the host", false)]
    [InlineData("http for https", false)]
    [InlineData("GET for POST", false)]
    [InlineData("a parameter left out", false)]
    [InlineData("a parameter added", false)]
    [InlineData("signature in lower case", false)]
    [InlineData("signature cut", false)]
    [InlineData("signature empty", false)]
    public void Signature_matches_only_the_request_it_was_made_for(string change, bool matches)
    {
        var v = PublishedVector.Get("x-docs-signin-access_token");
        var (consumer, token) = (v.ConsumerSecret, v.TokenSecret);
        var (method, url, pairs) = (v.Method, v.Url, v.Pairs);
        (consumer, token) = change switch
        {
            "wrong token secret" => (consumer, token + "x"),
            "no token secret" => (consumer, ""),
            "secrets swapped" => (token, consumer),
            _ => (consumer, token),
        };
        url = change switch
        {
            "trailing slash in the path" => url + "/",
            "http for https" => url.Replace("https:", "http:", StringComparison.Ordinal),
            _ => url,
        };
        pairs = change switch
        {
            "a parameter left out" => pairs.Where(p => p.Key != "oauth_verifier"),
            "a parameter added" => pairs.Append(new("force_login", "true")),
            _ => pairs,
        };
        var baseString = Signature.BaseString(change == "GET for POST" ? "GET" : method, new Uri(url), pairs);
        baseString = change switch
        {
            "lower-case hex" => baseString.Replace("%3A", "%3a", StringComparison.Ordinal),
            ":443 in the host" => baseString.Replace("api.twitter.com", "api.twitter.com%3A443", StringComparison.Ordinal),
            _ => baseString,
        };
        var presented = change switch
        {
            "signature in lower case" => v.Signature.ToLowerInvariant(),
            "signature cut" => v.Signature[..^1],
            "signature empty" => "",
            _ => v.Signature,
        };

        Assert.Equal(matches, Signature.Matches(presented, Signature.Sign(baseString, consumer, token)));
    }
}
