using Xenios.Server.Resources;

namespace Xenios.Server.Tests.Resources;

/// <summary>Which addresses may be registered (threats D01 to D03, RFC 8252 §7).</summary>
public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("https://shop.example/callback")]
    [InlineData("HTTPS://shop.example/callback")]
    [InlineData("https://shop.example")]
    [InlineData("https://shop.example:8443/cb?tenant=a&codeword=b")]
    [InlineData("https://xn--bcher-kva.example/cb")]
    [InlineData("https://192.0.2.7/cb")]
    [InlineData("https://[2001:db8::1]/cb")]
    [InlineData("https://a_b.example/cb")]
    [InlineData("http://127.0.0.1:7402/callback")]
    [InlineData("http://[::1]:7402/callback")]
    [InlineData("http://localhost:3000")]
    [InlineData("http://shop.localhost:7402/callback")]
    public void A_web_address_may_be_registered(string uri)
    {
        Assert.Null(AddressRules.Redirect(uri, native: false));
        Assert.Null(AddressRules.Redirect(uri, native: true));
    }

    [Theory]
    [InlineData("com.example.app:/callback")]
    [InlineData("com.example.app://callback")]
    [InlineData("com.example.app:/a?b=c")]
    public void A_private_use_scheme_is_for_native_applications(string uri)
    {
        Assert.Null(AddressRules.Redirect(uri, native: true));
        Assert.NotNull(AddressRules.Redirect(uri, native: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/callback")]
    [InlineData("shop.example/callback")]
    [InlineData("//shop.example/callback")]
    [InlineData("https:/shop.example/cb")]
    [InlineData("https:shop.example")]
    [InlineData("https://")]
    [InlineData("https:///cb")]
    [InlineData("https://shop.example/cb#")]
    [InlineData("https://shop.example/cb#code=1")]
    [InlineData("https://user@shop.example/cb")]
    [InlineData("https://user:password@shop.example/cb")]
    [InlineData("https://shop.example@evil.test/cb")]
    [InlineData("http://shop.example/cb")]
    [InlineData("http://localhost.evil.test/cb")]
    [InlineData("http://127.0.0.1.evil.test/cb")]
    [InlineData("http://127.1/cb")]
    [InlineData("http://2130706433/cb")]
    [InlineData("http://0x7f.0.0.1/cb")]
    [InlineData("http://0177.0.0.1/cb")]
    [InlineData("http://evil.test/.localhost")]
    [InlineData("http://evil.test?.localhost")]
    [InlineData("https://127.1/cb")]
    [InlineData("https://*.example/cb")]
    [InlineData("https://shop.example:0/cb")]
    [InlineData("https://shop.example:99999/cb")]
    [InlineData("https://shop.example:/cb")]
    [InlineData("https://shop.example\\@evil.test/cb")]
    [InlineData("https://shop.example/cb\\x")]
    [InlineData("https://shop.example/c b")]
    [InlineData("https://shop.example/cb ")]
    [InlineData(" https://shop.example/cb")]
    [InlineData("https://shop.example/cb\n")]
    [InlineData("https://shop.example/c\tb")]
    [InlineData("https://bücher.example/cb")]
    [InlineData("https://shop。example/cb")]
    [InlineData("https://shop..example/cb")]
    [InlineData("https://-shop.example/cb")]
    [InlineData("https://%73hop.example/cb")]
    [InlineData("https://[::1%25lo]/cb")]
    [InlineData("https://shop.example/cb?code=1")]
    [InlineData("https://shop.example/cb?a=b&STATE=1")]
    [InlineData("https://shop.example/cb?st%61te=1")]
    [InlineData("https://shop.example/cb?iss")]
    [InlineData("https://shop.example/cb?error[]=1")]
    [InlineData("https://shop.example/cb?a=b;code=1")]
    [InlineData("javascript:alert(1)")]
    [InlineData("JavaScript:alert(1)")]
    [InlineData("javascript://shop.example/%0aalert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("vbscript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://shop.example/")]
    [InlineData("about:blank")]
    [InlineData("blob:https://shop.example/1")]
    [InlineData("myapp:/callback")]
    [InlineData("myapp://callback")]
    [InlineData("ws://shop.example/cb")]
    public void A_dangerous_or_unclear_address_is_refused(string uri)
    {
        Assert.NotNull(AddressRules.Redirect(uri, native: false));
        Assert.NotNull(AddressRules.Redirect(uri, native: true));
    }

    [Fact]
    public void An_address_has_at_most_2048_characters()
    {
        Assert.Null(AddressRules.Redirect("https://a.example/" + new string('x', 2048 - 18), false));
        Assert.NotNull(AddressRules.Redirect("https://a.example/" + new string('x', 2048 - 17), false));
    }

    [Theory]
    [InlineData("https://x.com", true)]
    [InlineData("http://127.0.0.1:7401", true)]
    [InlineData("http://x.localhost:7401", true)]
    [InlineData("https://x.com/", false)]
    [InlineData("https://x.com/api", false)]
    [InlineData("https://x.com?a", false)]
    [InlineData("http://x.com", false)]
    [InlineData("x.com", false)]
    [InlineData("*", false)]
    [InlineData("null", false)]
    [InlineData("com.example.app:/x", false)]
    public void An_origin_is_scheme_host_and_port(string origin, bool fine) => Assert.Equal(fine, AddressRules.Origin(origin) is null);

    [Theory]
    [InlineData("https://login.example/tenant", true)]
    [InlineData("https://login.example/tenant?x=1", false)]
    [InlineData("https://login.example/#", false)]
    [InlineData("http://login.example", false)]
    public void An_issuer_has_no_query(string issuer, bool fine) => Assert.Equal(fine, AddressRules.Issuer(issuer) is null);

    [Theory]
    [InlineData("login.acme.example", true)]
    [InlineData("acme.localhost:7400", true)]
    [InlineData("127.0.0.1:7400", true)]
    [InlineData("Login.acme.example", false)]
    [InlineData("https://login.acme.example", false)]
    [InlineData("login.acme.example/", false)]
    [InlineData("a@login.acme.example", false)]
    [InlineData("login.acme.example#", false)]
    [InlineData("login acme", false)]
    [InlineData("bücher.example", false)]
    [InlineData("*.acme.example", false)]
    [InlineData("", false)]
    public void A_host_is_a_plain_name(string host, bool fine) => Assert.Equal(fine, AddressRules.Host(host) is null);
}
