using Xenios.Protocol.OAuth1;

namespace Xenios.Protocol.Tests.OAuth1;

/// <summary>RFC 5849 §3.6, with the rows of the OAuth wiki's test cases and of X's page on percent encoding.</summary>
public sealed class PercentEncodingTests
{
    [Theory]
    [InlineData("wiki", "abcABC123", "abcABC123")]
    [InlineData("wiki", "-._~", "-._~")]
    [InlineData("wiki", "%", "%25")]
    [InlineData("wiki", "+", "%2B")]
    [InlineData("wiki", "&=*", "%26%3D%2A")]
    [InlineData("wiki", "\n", "%0A")]
    [InlineData("wiki", " ", "%20")]
    [InlineData("wiki", "\u007f", "%7F")]
    [InlineData("wiki", "\u0080", "%C2%80")]
    [InlineData("wiki", "\u3001", "%E3%80%81")]
    [InlineData("X docs", "Ladies + Gentlemen", "Ladies%20%2B%20Gentlemen")]
    [InlineData("X docs", "An encoded string!", "An%20encoded%20string%21")]
    [InlineData("X docs", "Dogs, Cats & Mice", "Dogs%2C%20Cats%20%26%20Mice")]
    [InlineData("X docs", "\u2603", "%E2%98%83")]
    [InlineData("RFC 5849 §3.6: UTF-8 of four octets", "\U0001F600", "%F0%9F%98%80")]
    [InlineData("RFC 5849 §3.6: escaped again, not kept", "%3a", "%253a")]
    [InlineData("RFC 3986 §2.3: sub-delims are not unreserved", "!'()", "%21%27%28%29")]
    [InlineData("nothing", "", "")]
    [InlineData("nothing", null, "")]
    public void Text_is_encoded_as_published(string source, string? text, string encoded) => Assert.Equal(encoded, PercentEncoding.Encode(text));

    // Not a theory row: a runner may not carry a lone surrogate through its own serialization.
    [Fact]
    public void Lone_surrogate_becomes_the_replacement_character() => Assert.Equal("%EF%BF%BD", PercentEncoding.Encode("\ud800"));

    [Fact]
    public void Every_ascii_character_outside_the_unreserved_set_is_escaped_with_upper_case_hex()
    {
        const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
        for (var c = '\0'; c < 128; c++)
        {
            Assert.Equal(Unreserved.Contains(c) ? c.ToString() : $"%{(int)c:X2}", PercentEncoding.Encode(c.ToString()));
        }
    }
}
