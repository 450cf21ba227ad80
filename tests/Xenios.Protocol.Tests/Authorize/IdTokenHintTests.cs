using System.Text.Json;
using Xenios.Protocol.Authorize;

namespace Xenios.Protocol.Tests.Authorize;

/// <summary>What an <c>id_token_hint</c> says about a request (OpenID Connect Core §3.1.2.1; standards PRM-07).</summary>
public sealed class IdTokenHintTests
{
    [Theory]
    [InlineData("for the client", """{"sub":"usr_1","aud":"web"}""", "", "usr_1")]
    [InlineData("for several", """{"sub":"usr_1","aud":["other","web"]}""", "", "usr_1")]
    [InlineData("azp is the client", """{"sub":"usr_1","aud":"other","azp":"web"}""", "", "usr_1")]
    [InlineData("agrees with claims", """{"sub":"usr_1","aud":"web"}""", """&claims={"id_token":{"sub":{"values":["usr_2","usr_1"]}}}""", "usr_1")]
    [InlineData("of another client", """{"sub":"usr_1","aud":"other"}""", "", null)]
    [InlineData("without sub", """{"aud":"web"}""", "", null)]
    [InlineData("without aud", """{"sub":"usr_1"}""", "", null)]
    [InlineData("not ours", null, "", null)]
    [InlineData("against claims", """{"sub":"usr_1","aud":"web"}""", """&claims={"id_token":{"sub":{"value":"usr_2"}}}""", null)]
    public void A_hint_names_who_may_answer_or_is_an_invalid_request(string rule, string? payload, string more, string? subject)
    {
        var verdict = AuthorizeFixture.Check($"id_token_hint=t{more}", token => payload is null || token != "t" ? null : JsonDocument.Parse(payload).RootElement);
        if (subject is null)
        {
            Assert.Equal("invalid_request", Assert.IsType<AuthorizeVerdict.Refuse>(verdict).Error.Code);
        }
        else
        {
            Assert.Equal([subject], Assert.IsType<AuthorizeVerdict.Proceed>(verdict).Request.Subjects);
        }
    }

    [Fact]
    public void Without_a_hint_nothing_is_read_and_anybody_may_answer() =>
        Assert.Null(Assert.IsType<AuthorizeVerdict.Proceed>(AuthorizeFixture.Check("", _ => throw new InvalidOperationException("nothing was to be read"))).Request.Subjects);
}
