using static Xenios.Protocol.Tests.Authorize.AuthorizeFixture;

namespace Xenios.Protocol.Tests;

/// <summary>Proof Key for Code Exchange (RFC 7636, RFC 9700 §2.1.1; threat E03).</summary>
public sealed class PkceTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"; // RFC 7636 appendix B

    [Fact]
    public void Challenge_is_that_of_the_rfc() => Assert.Equal(Challenge, Pkce.Challenge(Verifier)); // RFC 7636 appendix B

    [Theory]
    [InlineData("E03.1 verifier missing", Challenge, null, "invalid_grant")]
    [InlineData("E03.2 verifier of somebody else", Challenge, "eBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "invalid_grant")]
    [InlineData("E03.3 challenge replayed as if the method were plain", Challenge, Challenge, "invalid_grant")]
    [InlineData("E03.4 verifier without challenge", null, Verifier, "invalid_request")]
    [InlineData("RFC 7636 §4.6: right", Challenge, Verifier, null)]
    [InlineData("no PKCE at all", null, null, null)]
    [InlineData("case of the verifier", Challenge, "DBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "invalid_grant")]
    [InlineData("blank behind", Challenge, Verifier + " ", "invalid_grant")]
    [InlineData("empty", Challenge, "", "invalid_grant")]
    public void Verifier_is_checked(string rule, string? challenge, string? verifier, string? code) =>
        Assert.Equal(code, Pkce.Verify(challenge, verifier)?.Code);

    [Theory]
    [InlineData("E03.5 method absent, so plain", "code_challenge_method=")]
    [InlineData("E03.6 method plain", "code_challenge_method=plain")]
    [InlineData("E03.7 challenge left out", "code_challenge=&code_challenge_method=")]
    [InlineData("E03.7 challenge left out, public client without the setting", "client_id=public-lax&code_challenge=&code_challenge_method=")]
    [InlineData("E03.7 challenge stripped, method left", "client_id=pkce-optional&code_challenge=")]
    public void Downgrade_is_refused_before_there_is_a_code(string rule, string change) => Assert.Equal("invalid_request", Refuses(change).Error.Code);

    // Challenges made of these very verifiers: only their form can be the reason.
    [Theory]
    [InlineData("E03.8 too short", 42, 'a', false)]
    [InlineData("shortest", 43, 'a', true)]
    [InlineData("longest", 128, 'a', true)]
    [InlineData("E03.8 too long", 129, 'a', false)]
    [InlineData("unreserved", 43, '-', true)]
    [InlineData("unreserved", 43, '.', true)]
    [InlineData("unreserved", 43, '_', true)]
    [InlineData("unreserved", 43, '~', true)]
    [InlineData("E03.9 reserved", 43, '+', false)]
    [InlineData("E03.9 reserved", 43, '/', false)]
    [InlineData("E03.9 padding", 43, '=', false)]
    [InlineData("E03.9 blank", 43, ' ', false)]
    [InlineData("E03.9 percent", 43, '%', false)]
    [InlineData("E03.9 NUL", 43, '\0', false)]
    [InlineData("E03.9 not ASCII", 43, 'é', false)]
    public void Verifier_must_have_the_form_of_rfc_7636_section_4_1(string rule, int length, char character, bool right)
    {
        var verifier = new string(character, length);

        Assert.Equal(right ? null : "invalid_grant", Pkce.Verify(Pkce.Challenge(verifier), verifier)?.Code);
    }

    [Fact]
    public void Verifier_outside_ascii_does_not_pass_for_the_question_marks_it_would_become()
    {
        var asked = new string('a', 42) + "?";
        var sent = new string('a', 42) + "é";

        Assert.Equal(Pkce.Challenge(asked), Pkce.Challenge(sent)); // what makes the check of the alphabet necessary
        Assert.Equal("invalid_grant", Pkce.Verify(Pkce.Challenge(asked), sent)?.Code);
    }
}
