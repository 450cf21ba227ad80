using System.Text.Json;
using Xenios.Protocol.Tokens;

namespace Xenios.Protocol.Tests.Tokens;

/// <summary>Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4, §4; standards BCL-01, threats I04).</summary>
public sealed class LogoutTokenTests
{
    private static readonly LogoutToken Token = new()
    {
        Issuer = TokenFixture.Issuer,
        ClientId = "shop",
        Subject = "usr_1",
        SessionId = "ses_1",
        Id = "lgt_1",
        IssuedAt = TokenFixture.Now,
    };

    [Theory]
    [InlineData("§2.4: iss", "iss", "\"https://id.test\"")]
    [InlineData("§2.4: sub", "sub", "\"usr_1\"")]
    [InlineData("§2.4: aud", "aud", "\"shop\"")]
    [InlineData("§2.4: iat", "iat", "1777636800")]
    [InlineData("§2.4: exp, at most two minutes later", "exp", "1777636920")]
    [InlineData("§2.4: jti", "jti", "\"lgt_1\"")]
    [InlineData("§2.4: sid", "sid", "\"ses_1\"")]
    [InlineData("§2.4: the one event, with an empty object", "events", "{\"http://schemas.openid.net/event/backchannel-logout\":{}}")]
    public void Member_is_what_the_specification_says(string rule, string member, string json) => Assert.Equal((rule, json), (rule, Read(Token).GetProperty(member).GetRawText()));

    [Fact] // §2.4: a nonce is prohibited; nothing else is said either
    public void There_is_no_nonce_and_nothing_more() =>
        Assert.Equal(["iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"], Read(Token).EnumerateObject().Select(member => member.Name));

    [Theory]
    [InlineData(SigningAlgorithms.RS256)]
    [InlineData(SigningAlgorithms.ES256)]
    public void It_is_signed_by_the_key_given_and_is_no_token_of_another_kind(string algorithm)
    {
        var token = Token.Sign(TokenFixture.KeyOf(algorithm));
        Assert.NotNull(TokenFixture.Read(token, LogoutToken.Type));
        Assert.Null(TokenFixture.Read(token, IdToken.Type));
        Assert.Null(TokenFixture.Read(token, AccessToken.Type));
    }

    private static JsonElement Read(LogoutToken token) => TokenFixture.Read(token.Sign(TokenFixture.Ec), LogoutToken.Type)!.Value;
}
