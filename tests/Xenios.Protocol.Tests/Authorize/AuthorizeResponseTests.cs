using Xenios.Protocol.Authorize;

namespace Xenios.Protocol.Tests.Authorize;

/// <summary>What is sent back to the client (RFC 6749 §4.1.2, RFC 9207).</summary>
public sealed class AuthorizeResponseTests
{
    private const string Issuer = "https://id.test/op";

    private static readonly AuthorizeReturn Back = new("https://rp.test/cb", "s", ResponseMode.Query);

    [Theory]
    [InlineData("RFC 6749 §4.1.2", "https://rp.test/cb", "https://rp.test/cb?code=c&state=s&iss=https%3A%2F%2Fid.test%2Fop")]
    [InlineData("RFC 6749 §3.1.2: query is kept", "https://rp.test/cb?a=1", "https://rp.test/cb?a=1&code=c&state=s&iss=https%3A%2F%2Fid.test%2Fop")]
    [InlineData("its encoding too", "https://rp.test/cb?a=%2f+%C3%A9", "https://rp.test/cb?a=%2f+%C3%A9&code=c&state=s&iss=https%3A%2F%2Fid.test%2Fop")]
    [InlineData("empty query", "https://rp.test/cb?", "https://rp.test/cb?code=c&state=s&iss=https%3A%2F%2Fid.test%2Fop")]
    [InlineData("open query", "https://rp.test/cb?a=1&", "https://rp.test/cb?a=1&code=c&state=s&iss=https%3A%2F%2Fid.test%2Fop")]
    [InlineData("RFC 8252 §7.1: private scheme", "com.example.app:/cb", "com.example.app:/cb?code=c&state=s&iss=https%3A%2F%2Fid.test%2Fop")]
    public void Code_is_added_to_the_query(string rule, string redirectUri, string url) =>
        Assert.Equal(url, AuthorizeResponse.Success(new(redirectUri, "s", ResponseMode.Query), Issuer, "c").ToQueryUrl());

    [Fact]
    public void Error_is_added_to_the_query() =>
        Assert.Equal(
            "https://rp.test/cb?error=access_denied&error_description=Not%20today.&state=s&iss=https%3A%2F%2Fid.test%2Fop",
            AuthorizeResponse.Failure(Back, Issuer, new("access_denied", "Not today.", "seen by the operator")).ToQueryUrl());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void State_is_returned_only_if_it_was_sent_and_the_issuer_always(bool success)
    {
        foreach (var state in (string?[])["s", null])
        {
            var back = new AuthorizeReturn("https://rp.test/cb", state, ResponseMode.Query);
            var response = success
                ? AuthorizeResponse.Success(back, Issuer, "c")
                : AuthorizeResponse.Failure(back, Issuer, OAuthError.InvalidRequest("no"));
            var url = response.ToQueryUrl();
            var read = Parameters.ParseForm(url.AsSpan(url.IndexOf('?', StringComparison.Ordinal) + 1));

            string[] own = success ? ["code"] : ["error", "error_description"];
            Assert.Equal([.. own, .. state is null ? Array.Empty<string>() : ["state"], "iss"], read.Pairs.Select(p => p.Key));
            Assert.Equal(state, read["state"]);
            Assert.Equal(Issuer, read["iss"]);
        }
    }

    [Fact]
    public void Operators_detail_is_not_sent() =>
        Assert.DoesNotContain(
            "secret detail",
            string.Concat(AuthorizeResponse.Failure(Back, Issuer, OAuthError.InvalidGrant("secret detail")).Fields),
            StringComparison.Ordinal);

    [Fact]
    public void State_comes_back_unchanged_and_cannot_add_a_parameter()
    {
        var state = string.Concat(Enumerable.Range(0, 0x80).Select(c => (char)c)) + "é\u3001\U0001F600\u200b%41+%2B&code=evil#x";
        var url = AuthorizeResponse.Success(new("https://rp.test/cb", state, ResponseMode.Query), Issuer, "c").ToQueryUrl();
        var read = Parameters.ParseForm(url.AsSpan(url.IndexOf('?', StringComparison.Ordinal) + 1));

        Assert.Equal(state, read["state"]);
        Assert.Equal("c", read["code"]);
        Assert.Empty(read.Repeated);
        Assert.DoesNotContain(url, c => c is <= ' ' or '#' or '"' or '<' or > '~');
    }
}
