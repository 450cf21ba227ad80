namespace Xenios.Protocol.Tests;

/// <summary>Reading and writing of form-encoded text (RFC 6749 §3.1, appendix B; threat D05).</summary>
public sealed class ParametersTests
{
    private static readonly string PrintableAscii = string.Concat(Enumerable.Range(0x20, 0x5f).Select(c => (char)c));

    public static TheoryData<string, string> Values => new()
    {
        { "all printable ASCII", PrintableAscii },
        { "2 kB", string.Concat(Enumerable.Repeat(PrintableAscii, 22))[..2048] },
        { "controls", "a\0b\tc\r\nd\u007f" },
        { "UTF-8 of two, three and four octets", "é\u3001\U0001F600" },
        { "combining and composed are not the same", "e\u0301 é" },
        { "invisible and bidirectional", "\u200b\u00ad\u200e\u202e\ufeff" },
        { "noncharacters and private use", "\ufffe\uffff\ue000\ufffd" },
        { "looks encoded already", "%41%2B+%25+%zz%" },
        { "100 kB", new string('x', 100_000) },
    };

    [Theory]
    [InlineData("RFC 6749 §3.1: absent", "", null)]
    [InlineData("RFC 6749 §3.1: empty is absent", "state=", null)]
    [InlineData("RFC 6749 §3.1: no '=' is empty", "state", null)]
    [InlineData("value", "state=a", "a")]
    [InlineData("only the first '=' separates", "state=a=b=", "a=b=")]
    [InlineData("empty pairs are nothing", "&&state=a&", "a")]
    [InlineData("RFC 6749 §3.1: names are case-sensitive", "State=a", null)]
    [InlineData("names are decoded", "st%61te=a", "a")]
    [InlineData("';' separates nothing", "a=b;state=c", null)]
    [InlineData("';' is a character", "state=a;b", "a;b")]
    [InlineData("RFC 6749 appendix B: '+' is a space", "state=a+b", "a b")]
    [InlineData("RFC 6749 appendix B: %2B is '+'", "state=a%2Bb%2bc", "a+b+c")]
    [InlineData("escapes are decoded once", "state=%2541", "%41")]
    [InlineData("blanks are kept", "state=%20a+", " a ")]
    [InlineData("NUL ends nothing", "state=a%00b", "a\0b")]
    [InlineData("UTF-8", "state=%C3%A9%E2%98%83", "é\u2603")]
    [InlineData("unescaped Unicode", "state=é\u2603", "é\u2603")]
    [InlineData("malformed: cut", "state=a%", "a%")]
    [InlineData("malformed: cut", "state=a%4", "a%4")]
    [InlineData("malformed: not hex", "state=%zz%41", "%zzA")]
    [InlineData("malformed: %u", "state=%u0041", "%u0041")]
    [InlineData("malformed: lone octet keeps its case", "state=%fF", "%fF")]
    [InlineData("malformed: cut sequence", "state=%E2%82x", "%E2%82x")]
    [InlineData("malformed: overlong '/'", "state=%C0%AF", "%C0%AF")]
    [InlineData("malformed: surrogate", "state=%ED%A0%80", "%ED%A0%80")]
    public void Value_is_read(string rule, string text, string? value)
    {
        var parameters = Parameters.ParseForm(text);

        Assert.Equal(value, parameters["state"]);
        Assert.Equal(value is not null, parameters.TryGet("state", out var same));
        Assert.Equal(value, same);
    }

    [Theory]
    [InlineData("RFC 6749 §3.1: once", "a=1", false, "1")]
    [InlineData("RFC 6749 §3.1: twice", "a=1&a=2", true, "1")]
    [InlineData("RFC 6749 §3.1: twice the same", "a=1&b=2&a=1", true, "1")]
    [InlineData("RFC 6749 §3.1: once encoded", "a=1&%61=2", true, "1")]
    [InlineData("an empty one does not count", "a=&a=2", false, "2")]
    [InlineData("an empty one does not count", "a=1&a=&a", false, "1")]
    [InlineData("case tells names apart", "a=1&A=2", false, "1")]
    public void Repeated_name_is_remembered_and_its_first_value_kept(string rule, string text, bool repeated, string first)
    {
        var parameters = Parameters.ParseForm(text);

        Assert.Equal(repeated, parameters.IsRepeated("a"));
        Assert.Equal(repeated ? ["a"] : [], parameters.Repeated);
        Assert.Equal(first, parameters["a"]);
    }

    [Fact]
    public void Pairs_keep_order_empty_values_and_repetitions() =>
        Assert.Equal(["b=1", "a=", "c=", "b=2"], Parameters.ParseForm("b=1&a=&c&b=2").Pairs.Select(p => $"{p.Key}={p.Value}"));

    [Theory]
    [MemberData(nameof(Values))]
    public void Written_value_is_read_back_unchanged(string what, string value)
    {
        var text = Parameters.Format([new("before", "1"), new("state", value), new(value, "2")]);
        var parameters = Parameters.ParseForm(text);

        Assert.Equal(value, parameters["state"]);
        Assert.Equal("2", parameters[value]);
        Assert.Equal(3, parameters.Pairs.Count);
        Assert.DoesNotContain(text, c => c is < '!' or > '~');
    }

    [Fact]
    public void Pair_without_a_value_is_not_written() =>
        Assert.Equal("a=1&b=&c=3", Parameters.Format([new("x", null), new("a", "1"), new("b", ""), new("y", null), new("c", "3")]));

    [Theory]
    [InlineData(Parameters.Limit - 1, false)]
    [InlineData(Parameters.Limit, false)]
    [InlineData(Parameters.Limit + 1, true)]
    [InlineData(50_000, true)]
    public void More_parameters_than_the_limit_are_counted_but_not_read(int count, bool tooMany)
    {
        var parameters = Parameters.ParseForm(string.Join('&', Enumerable.Range(0, count).Select(i => $"p{i}=v")));

        Assert.Equal(tooMany, parameters.TooMany);
        Assert.Equal(Math.Min(count, Parameters.Limit), parameters.Pairs.Count);
    }

    [Fact]
    public void Empty_pairs_do_not_count_towards_the_limit()
    {
        var parameters = Parameters.ParseForm(new string('&', 100_000) + "a=1&");

        Assert.False(parameters.TooMany);
        Assert.Equal("1", parameters["a"]);
    }
}
