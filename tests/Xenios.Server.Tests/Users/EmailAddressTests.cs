using Xenios.Server.Users;

namespace Xenios.Server.Tests.Users;

/// <summary>One mailbox and nothing else (threats A16).</summary>
public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("a@v.test", "a@v.test")]
    [InlineData("  a@v.test ", "a@v.test")]
    [InlineData("A.B+Tag@V.Test", "a.b+tag@v.test")]
    [InlineData("a@XN--BCHER-KVA.example", "a@xn--bcher-kva.example")]
    [InlineData("a@bücher.example", "a@xn--bcher-kva.example")]
    [InlineData("a@BÜCHER.Example", "a@xn--bcher-kva.example")]
    [InlineData("a@почта.example", "a@xn--80a1acny.example")]
    [InlineData("a@ПОЧТА.example", "a@xn--80a1acny.example")]
    [InlineData("a@例え.example", "a@xn--r8jz45g.example")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@v.test", "!#$%&'*+-/=?^_`{|}~@v.test")]
    [InlineData("a@1.2.example", "a@1.2.example")]
    public void Spellings_of_one_mailbox_share_a_key(string typed, string key)
    {
        var address = EmailAddress.Parse(typed);
        Assert.Equal(key, address?.Key);
        Assert.Equal(typed.Trim(), address?.Text);
    }

    [Fact]
    public void Plus_tags_and_dots_are_significant() =>
        Assert.Equal(3, new[] { "ab@v.test", "a.b@v.test", "ab+1@v.test" }.Select(typed => EmailAddress.Parse(typed)!.Key).Distinct().Count());

    [Theory]
    [MemberData(nameof(Tricks))]
    public void Anything_but_one_plain_address_is_refused(string typed) => Assert.Null(EmailAddress.Parse(typed));

    [Fact]
    public void Lengths_are_those_of_mail()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 62), 3)) + ".test";
        Assert.NotNull(EmailAddress.Parse(new string('a', 64) + "@v.test"));
        Assert.Null(EmailAddress.Parse(new string('a', 65) + "@v.test"));
        Assert.NotNull(EmailAddress.Parse(new string('a', 254 - 1 - domain.Length) + "@" + domain));
        Assert.Null(EmailAddress.Parse(new string('a', 64) + "@" + domain + "." + new string('e', 63)));
        Assert.Null(EmailAddress.Parse("a@" + new string('d', 64) + ".test"));
        Assert.Null(EmailAddress.Parse(null));
    }

    /// <summary>Texts that some parser somewhere would take for an address.</summary>
    public static TheoryData<string> Tricks =>
    [
        "", " ", "@", "a", "a@", "@v.test", "a@v", "a@@v.test", "a@b@v.test",
        "mi\u212Ae@v.test", "\u017Fam@v.test", "ä@v.test", "аdmin@v.test", "a\uFF20v.test", "a\uFE6Bv.test",
        "a\u200B@v.test", "a\u00AD@v.test", "a\0@v.test", "a@v.test\0", "a@v\0.test", "a@v\u200B.test", "a@v\u00AD.test", "a@v.te\u200Dst", "a@v\u2028.test", "\u202Ea@v.test",
        "a@b\u3002org", "a@b\uFF0Eorg", "a@b\uFF61org", "a@\uFF56.test", "a@\uFB01.test", "a@\uD835\uDC1A.test", "a@bu\u0308cher.example", "a@v\u0308.test", "a@\u2460.test",
        "\"e@attacker.com\"@v.test", "\"a\"@v.test", "a@v.test,e@e.test", "a@v.test;e@e.test", "a@v.test e@e.test", "Eve <a@v.test>", "<a@v.test>", "a(comment)@v.test", "a@(c)v.test",
        "a@[127.0.0.1]", "a@[IPv6:::1]", "a@127.0.0.1", "a@v.test:25", "mailto:a@v.test", "a@v.test?cc=e@e.test", "a@v.test%0a",
        "a@v.test\r\nBcc: e@e.test", "a@v.test\r\n", "a@v.test\n", "\ta@v.test", "a@v.test\u00A0", "a b@v.test", "a@v .test",
        "a@v.test.", "a@.v.test", "a@v..test", ".a@v.test", "a.@v.test", "a..b@v.test", "a@-v.test", "a@v-.test", "a@v_w.test", "a@xn--.test",
    ];
}
