using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xenios.Server.Audit;

namespace Xenios.Server.Tests.Audit;

/// <summary>One catalogue of errors: what the timeline says is what docs/errors.md says.</summary>
public sealed partial class ErrorCatalogueTests
{
    [Fact]
    public void Docs_and_timeline_say_the_same_of_every_code()
    {
        var documented = new Dictionary<string, (string Title, string Remedy)>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "errors.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)))
        {
            var cells = line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray();
            if (cells[0] is not ("code" or "---"))
            {
                foreach (var code in cells[0].Split(','))
                {
                    documented.Add(code.Trim(' ', '`'), (Plain(cells[2]), Plain(cells[3])));
                }
            }
        }

        Assert.Equal(documented.OrderBy(row => row.Key, StringComparer.Ordinal), ErrorCatalogue.All.Select(row => KeyValuePair.Create(row.Key, (row.Value.Title, row.Value.Remedy))).OrderBy(row => row.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("K7PX4-9QM2T", "K7PX49QM2T")]
    [InlineData("k7px49qm2t", "K7PX49QM2T")]
    [InlineData(" k7-px4-9qm-2t ", "K7PX49QM2T")]
    [InlineData("OIL00-00000", "0110000000")]
    [InlineData("K7PX4-9QM2", null)]
    [InlineData("K7PX4-9QM2U", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Support_code_is_read_as_people_write_it(string? written, string? code) =>
        Assert.Equal(code, SupportCode.TryRead(written, out var read) ? read : null);

    [Fact]
    public void Fact_of_a_hop_is_one_short_line()
    {
        var hop = Hop.Of(HopKind.Profile, DateTimeOffset.UnixEpoch, ("handle", "a\u001b[31m\r\nb\u202e"), ("long", new string('x', 5000)), ("none", null));
        Assert.Equal("a[31mb", hop.Data!["handle"]);
        Assert.Equal(201, hop.Data["long"].Length);
        Assert.DoesNotContain("none", hop.Data.Keys);
    }

    private static string Plain(string text) => Link().Replace(text, "$1").Replace("`", "", StringComparison.Ordinal).Replace("*", "", StringComparison.Ordinal);

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
