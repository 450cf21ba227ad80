using Xenios.Protocol.Tokens;
using static Xenios.Protocol.Tests.Tokens.TokenFixture;

namespace Xenios.Protocol.Tests.Tokens;

/// <summary>What the reader takes, and every forgery it must not take (RFC 8725; threats F01, F03, F04). A forgery is refused without an exception.</summary>
public sealed class TokenReaderTests
{
    public static TheoryData<string> EachForgery => Forgeries.Names;

    [Theory]
    [MemberData(nameof(EachForgery))]
    public void Forgery_is_refused(string forgery) => Assert.Null(Read(Forgeries.Make(forgery)));

    [Theory]
    [InlineData(SigningAlgorithms.RS256)]
    [InlineData(SigningAlgorithms.ES256)]
    public void Same_workshop_makes_a_token_that_is_taken(string algorithm)
    {
        // Without this, a slip in the forger would make every row above pass.
        var key = KeyOf(algorithm);

        Assert.Equal("u", Read(Signed(Header(key), Payload(), key))?.GetProperty("sub").GetString());
    }

    [Theory]
    [InlineData("RFC 8725 §3.10: jwk", ""","jwk":{"kty":"oct","k":"AAAA"}""")]
    [InlineData("RFC 8725 §3.10: jku", ""","jku":"https://evil.test/jwks" """)]
    [InlineData("RFC 8725 §3.10: x5u, x5c, x5t", ""","x5u":"https://evil.test","x5c":["MIIB"],"x5t":"AAAA" """)]
    [InlineData("RFC 7515 §4: unknown members", ""","zip":"DEF","b64":false,"cty":"JWT" """)]
    public void Members_of_the_header_that_we_do_not_use_change_nothing(string rule, string more) => Assert.NotNull(Read(Signed(Header(Rsa, more), Payload())));

    [Theory]
    [InlineData("at+jwt", "at+jwt", true)]
    [InlineData("AT+JWT", "at+jwt", true)] // RFC 7519 §5.1: compared without case
    [InlineData("JWT", "JWT", true)]
    [InlineData("JWT", "at+jwt", false)]
    [InlineData("at+jwt", "JWT", false)]
    [InlineData("at+jwt2", "at+jwt", false)]
    public void Kind_must_be_the_one_asked_for(string written, string asked, bool taken) =>
        Assert.Equal(taken, Read(Signed(Header(Rsa).Replace("at+jwt", written, StringComparison.Ordinal), Payload()), asked) is not null);

    [Fact]
    public void Our_own_tokens_are_taken_for_what_they_are_only()
    {
        var (id, access) = (NewIdToken().Sign(Ec), NewAccessToken().Sign(Ec));

        Assert.Equal("usr_1", TokenReader.Text(Read(id, IdToken.Type)!.Value, "sub"));
        Assert.Equal("grant.1", TokenReader.Text(Read(access)!.Value, "jti"));
        Assert.Null(Read(id));
        Assert.Null(Read(access, IdToken.Type));
        Assert.Null(Read(access, issuer: "https://other.test")); // F03
    }

    [Theory]
    [InlineData("before its end", 1, true)]
    [InlineData("at its end", 0, true)]
    [InlineData("within the leeway", -30, true)]
    [InlineData("F04: after the leeway", -31, false)]
    [InlineData("long ago", -86_400, false)]
    public void Token_lives_to_its_end_and_a_leeway(string rule, long expiresIn, bool taken) =>
        Assert.Equal(taken, Read(Signed(Header(Rsa), Payload(expiresIn: expiresIn, issuedIn: -90_000))) is not null);

    [Theory]
    [InlineData("F04: a clock ten seconds ahead", 10, true)]
    [InlineData("F04: a clock a minute ahead", 61, false)]
    [InlineData("now", 0, true)]
    public void Token_from_the_future_is_taken_within_the_leeway_only(string rule, long issuedIn, bool taken) =>
        Assert.Equal(taken, Read(Signed(Header(Rsa), Payload(issuedIn: issuedIn))) is not null);

    [Fact]
    public void Hint_may_be_expired_but_nothing_else()
    {
        // OpenID Connect Core §3.1.2.1: id_token_hint
        var expired = Signed(Header(Rsa), Payload(expiresIn: -86_400));

        Assert.NotNull(TokenReader.Read(expired, Find, AccessToken.Type, Issuer, now: null));
        Assert.Null(TokenReader.Read(expired, Find, IdToken.Type, Issuer, now: null));
        Assert.Null(TokenReader.Read(expired, Find, AccessToken.Type, "https://other.test", now: null));
        Assert.Null(TokenReader.Read(Forgeries.Make("one bit of the signature"), Find, AccessToken.Type, Issuer, now: null));
        Assert.Null(TokenReader.Read(expired, _ => null, AccessToken.Type, Issuer, now: null));
    }

    [Fact]
    public void Token_is_taken_up_to_16_kilobytes()
    {
        for (var filler = 11_900; ; filler++)
        {
            var token = Signed(Header(Ec), Payload($",\"x\":\"{new string('x', filler)}\""), Ec);
            if (token.Length > 16 * 1024)
            {
                Assert.Null(Read(token));
                break;
            }

            Assert.NotNull(Read(token));
        }
    }

    [Theory]
    [InlineData("text", "a")]
    [InlineData("number", null)]
    [InlineData("null", null)]
    [InlineData("broken", null)]
    [InlineData("absent", null)]
    public void Text_of_a_member_is_a_string_or_nothing(string name, string? text)
    {
        var payload = Read(Signed(Header(Rsa), Payload(""","text":"a","number":1,"null":null,"broken":"\ud800" """)))!.Value;

        Assert.Equal(text, TokenReader.Text(payload, name));
    }
}
