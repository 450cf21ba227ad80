namespace Xenios.Protocol.Tests;

/// <summary>Space-separated values (RFC 6749 §3.3).</summary>
public sealed class ScopesTests
{
    [Theory]
    [InlineData("absent", null, "")]
    [InlineData("empty", "", "")]
    [InlineData("one", "openid", "openid")]
    [InlineData("order is kept", "b a c", "b|a|c")]
    [InlineData("repetitions are dropped", "a b a", "a|b")]
    [InlineData("case tells them apart", "a A", "a|A")]
    [InlineData("blanks around and between", "  a   b ", "a|b")]
    [InlineData("only U+0020 separates", "a\tb\u00a0c", "a\tb\u00a0c")]
    public void Value_is_split_at_spaces(string rule, string? scope, string parts) => Assert.Equal(parts, string.Join('|', Scopes.Split(scope)));
}
