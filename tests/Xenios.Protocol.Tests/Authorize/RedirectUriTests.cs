using static Xenios.Protocol.Tests.Authorize.AuthorizeFixture;

namespace Xenios.Protocol.Tests.Authorize;

/// <summary>Redirect URIs are compared as text (RFC 9700 §4.1.3; threats D01, D02): everything that is not exactly the registered one gets a page.</summary>
public sealed class RedirectUriTests
{
    [Theory]
    [InlineData("prefix of the registered", "https://rp.test/c")]
    [InlineData("begins with the registered", "https://rp.test/cb2")]
    [InlineData("sub-path", "https://rp.test/cb/x")]
    [InlineData("trailing slash", "https://rp.test/cb/")]
    [InlineData("no path", "https://rp.test")]
    [InlineData("..", "https://rp.test/cb/../evil")]
    [InlineData(".. back to the same", "https://rp.test/x/../cb")]
    [InlineData("..;/", "https://rp.test/x/..;/cb")]
    [InlineData("%2e%2e", "https://rp.test/x/%2e%2e/cb")]
    [InlineData(".", "https://rp.test/./cb")]
    [InlineData("escaped letter", "https://rp.test/%63b")]
    [InlineData("escaped twice", "https%3A%2F%2Frp.test%2Fcb")]
    [InlineData("double slash", "https://rp.test//cb")]
    [InlineData("userinfo", "https://rp.test@evil.test/cb")]
    [InlineData("userinfo before the right host", "https://evil@rp.test/cb")]
    [InlineData("backslash", "https://rp.test\\cb")]
    [InlineData("backslash before userinfo", "https://evil.test\\@rp.test/cb")]
    [InlineData("case of the path", "https://rp.test/CB")]
    [InlineData("case of the host", "https://RP.test/cb")]
    [InlineData("case of the scheme", "HTTPS://rp.test/cb")]
    [InlineData("other scheme", "http://rp.test/cb")]
    [InlineData("no scheme", "//rp.test/cb")]
    [InlineData("javascript", "javascript:alert(1)//https://rp.test/cb")]
    [InlineData("port", "https://rp.test:8443/cb")]
    [InlineData("default port", "https://rp.test:443/cb")]
    [InlineData("empty port", "https://rp.test:/cb")]
    [InlineData("trailing dot of the host", "https://rp.test./cb")]
    [InlineData("sub-domain", "https://a.rp.test/cb")]
    [InlineData("host that begins alike", "https://rp.test.evil.test/cb")]
    [InlineData("added query", "https://rp.test/cb?a=1")]
    [InlineData("empty query", "https://rp.test/cb?")]
    [InlineData("fragment", "https://rp.test/cb#f")]
    [InlineData("empty fragment", "https://rp.test/cb#")]
    [InlineData("registered one in the fragment", "https://evil.test/#https://rp.test/cb")]
    [InlineData("registered one in the query", "https://evil.test/?https://rp.test/cb")]
    [InlineData("leading TAB", "\thttps://rp.test/cb")]
    [InlineData("TAB inside", "https://rp.te\tst/cb")]
    [InlineData("trailing line break", "https://rp.test/cb\r\n")]
    [InlineData("trailing blank", "https://rp.test/cb ")]
    [InlineData("NUL", "https://rp.test/cb\0")]
    [InlineData("NUL in the host", "https://rp.test\0.evil.test/cb")]
    [InlineData("IDN dot U+3002", "https://rp\u3002test/cb")]
    [InlineData("IDN dot U+FF0E", "https://rp\uff0etest/cb")]
    [InlineData("soft hyphen", "https://r\u00adp.test/cb")]
    [InlineData("zero-width space", "https://rp.test/cb\u200b")]
    [InlineData("letter that looks alike", "https://r\u0440.test/cb")]
    [InlineData("two at once", "https://rp.test/cb https://evil.test/")]
    public void Variant_of_a_registered_uri_gets_a_page(string variant, string uri) =>
        Assert.Equal("invalid_request", ShowsPage("redirect_uri=" + Uri.EscapeDataString(uri)).Code);

    [Fact]
    public void Registered_uri_is_taken_as_it_stands() =>
        Assert.Equal(RedirectUri, Proceeds("redirect_uri=" + Uri.EscapeDataString(RedirectUri)).Return.RedirectUri);

    [Theory]
    [InlineData("https://rp.test/cb?tenant=1", true)]
    [InlineData("https://rp.test/cb", false)]
    [InlineData("https://rp.test/cb?tenant=2", false)]
    [InlineData("https://rp.test/cb?tenant=1&a=b", false)]
    [InlineData("https://rp.test/cb?tenant=%31", false)]
    public void Registered_query_belongs_to_the_uri(string uri, bool registered) => AssertRegistered("with-query", uri, registered);

    // RFC 8252 §7.3: registered are http://127.0.0.1/cb, http://[::1]:8080/cb, http://localhost/cb, https://rp.test/cb and com.example.app:/cb.
    [Theory]
    [InlineData("native", "http://127.0.0.1/cb", true)]
    [InlineData("native", "http://127.0.0.1:51004/cb", true)]
    [InlineData("native", "http://127.0.0.1:1/cb", true)]
    [InlineData("native", "http://127.0.0.1:65535/cb", true)]
    [InlineData("native", "http://[::1]:8080/cb", true)]
    [InlineData("native", "http://[::1]:51004/cb", true)]
    [InlineData("native", "http://[::1]/cb", true)]
    [InlineData("native", "http://localhost/cb", true)]
    [InlineData("native", "https://rp.test/cb", true)]
    [InlineData("native", "com.example.app:/cb", true)]
    [InlineData("native", "http://localhost:51004/cb", false)] // RFC 8252 §8.3: not a literal
    [InlineData("native", "https://127.0.0.1:51004/cb", false)]
    [InlineData("native", "https://rp.test:51004/cb", false)]
    [InlineData("native", "http://127.0.0.1:51004/other", false)]
    [InlineData("native", "http://127.0.0.1:51004/cb/", false)]
    [InlineData("native", "http://127.0.0.1:51004/cb?a=1", false)]
    [InlineData("native", "http://127.0.0.1:51004/cb#a", false)]
    [InlineData("native", "http://127.0.0.1:51004/x/../cb", false)]
    [InlineData("native", "http://127.0.0.1:51004", false)]
    [InlineData("native", "http://127.0.0.1:/cb", false)]
    [InlineData("native", "http://127.0.0.1:0x50/cb", false)]
    [InlineData("native", "http://127.0.0.1:-1/cb", false)]
    [InlineData("native", "http://127.0.0.1:65536/cb", false)]
    [InlineData("native", "http://127.0.0.1:0/cb", false)]
    [InlineData("native", "http://127.0.0.1:510040/cb", false)]
    [InlineData("native", "http://127.0.0.1:\u0661/cb", false)]
    [InlineData("native", "http://127.0.0.1:80:80/cb", false)]
    [InlineData("native", "http://127.0.0.1:51004@evil.test/cb", false)]
    [InlineData("native", "http://127.0.0.1@evil.test/cb", false)]
    [InlineData("native", "http://evil@127.0.0.1:51004/cb", false)]
    [InlineData("native", "http://127.0.0.1:51004\\@evil.test/cb", false)]
    [InlineData("native", "http://127.0.0.1\\cb", false)]
    [InlineData("native", "http://127.0.0.1.evil.test/cb", false)]
    [InlineData("native", "http://127.0.0.1.evil.test:51004/cb", false)]
    [InlineData("native", "http://localhost.evil.test/cb", false)]
    [InlineData("native", "http://[::1].evil.test/cb", false)]
    [InlineData("native", "http://127.0.0.12/cb", false)]
    [InlineData("native", "http://127.0.0.2:51004/cb", false)]
    [InlineData("native", "http://127.1:51004/cb", false)]
    [InlineData("native", "http://2130706433:51004/cb", false)]
    [InlineData("native", "http://0x7f.1:51004/cb", false)]
    [InlineData("native", "http://127.0.0.1.:51004/cb", false)]
    [InlineData("native", "http://[0:0:0:0:0:0:0:1]:51004/cb", false)]
    [InlineData("native", "http://[::ffff:127.0.0.1]:51004/cb", false)]
    [InlineData("native", "HTTP://127.0.0.1:51004/cb", false)]
    [InlineData("native", "http:/127.0.0.1:51004/cb", false)]
    [InlineData("native-bare", "http://127.0.0.1:51004", true)]
    [InlineData("native-bare", "http://127.0.0.1:51004/", false)]
    [InlineData("native-bare", "http://127.0.0.1:51004/cb?a=1", true)]
    [InlineData("native-bare", "http://127.0.0.1:51004/cb?a=2", false)]
    [InlineData("native-bare", "http://127.0.0.1:51004/cb", false)]
    [InlineData("native-bare", "http://[::1]:51004", false)]
    [InlineData("native-lookalike", "http://127.0.0.1@example.test/cb", true)]
    [InlineData("native-lookalike", "http://127.0.0.1:51004@example.test/cb", false)]
    [InlineData("native-lookalike", "http://127.0.0.1:51004.example.test/cb", false)]
    [InlineData("native-lookalike", "http://127.0.0.1.example.test:51004/cb", false)]
    [InlineData("web-on-loopback", "http://127.0.0.1/cb", true)]
    [InlineData("web-on-loopback", "http://127.0.0.1:51004/cb", false)]
    [InlineData("web-on-loopback", "http://127.0.0.1:80/cb", false)]
    [InlineData("web-on-loopback", "http://[::1]:8080/cb", true)]
    [InlineData("web-on-loopback", "http://[::1]/cb", false)]
    public void Only_the_port_of_a_native_clients_loopback_literal_is_free(string client, string uri, bool registered) =>
        AssertRegistered(client, uri, registered);

    private static void AssertRegistered(string client, string uri, bool registered)
    {
        var change = $"client_id={client}&redirect_uri={Uri.EscapeDataString(uri)}";
        if (registered)
        {
            Assert.Equal(uri, Proceeds(change).Return.RedirectUri);
        }
        else
        {
            Assert.Equal("invalid_request", ShowsPage(change).Code);
        }
    }
}
