using System.Diagnostics;
using System.Text;
using Xenios.Server.Resources;
using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>A file that is made to hurt is refused quickly, and no file makes the reader fail.</summary>
public sealed class ResourceFileLimitsTests
{
    public static TheoryData<string, string> Bombs => new()
    {
        { "billion laughs", "applications:\n" + Laughs() },
        { "aliases of one long list", "applications:\n  - scopes: &s [" + string.Join(", ", Enumerable.Repeat("a", 5000)) + "]\n" + string.Concat(Enumerable.Repeat("  - scopes: *s\n", 100)) },
        { "deep brackets", new string('[', 500_000) },
        { "deep braces", string.Concat(Enumerable.Repeat("{a: ", 100_000)) },
        { "deep dashes", string.Concat(Enumerable.Repeat("- ", 100_000)) },
        { "deep blocks", string.Concat(Enumerable.Range(0, 1000).Select(i => new string(' ', i) + "a:\n")) },
        { "deep JSON", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) },
        { "many entries", "applications: [" + string.Concat(Enumerable.Repeat("{},", 300_000)) + "]" },
        { "many fields", "environment:\n" + string.Concat(Enumerable.Range(0, 60_000).Select(i => $"  f{i}: 1\n")) },
        { "colons", new string(':', 900_000) },
        { "question marks", string.Concat(Enumerable.Repeat("? ", 300_000)) },
        { "anchors", string.Concat(Enumerable.Range(0, 60_000).Select(i => $"- &a{i} x\n")) },
        { "one long name", "environment: { " + new string('k', 900_000) + ": 1 }" },
        { "larger than 1 MiB", "environment: { slug: " + new string('x', 1024 * 1024) + " }" },
        { "larger than 1 MiB in UTF-8", "environment: { slug: " + new string('€', 600_000) + " }" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_is_refused_quickly(string name, string text)
    {
        var clock = Stopwatch.StartNew();
        var reading = Read(text);
        Assert.True(clock.ElapsedMilliseconds < 5000, $"{name} took {clock.ElapsedMilliseconds} ms");
        Assert.Null(reading.Document);
        Assert.NotEmpty(reading.Errors);
        Assert.All(reading.Errors, error => Assert.True(error.ToString().Length < 1000));
    }

    [Fact]
    public void A_file_just_within_the_limit_is_read()
    {
        var head = "environment:\n  display_name: ";
        Assert.NotNull(Read(head + new string('x', ResourceFile.MaxBytes - head.Length)).Document);
    }

    [Fact]
    public void Nesting_is_counted_and_not_recursed() =>
        Assert.Contains("32 levels", Assert.Single(Read(new string('[', 33) + new string(']', 33)).Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void Mutilated_files_are_errors_and_never_exceptions()
    {
        var random = new Random(7);
        const string noise = "{}[]:,-?&*!|>'\"%@`#\t\n ~<$\\\u0085\u2028é\uD83D";
        for (var i = 0; i < 400; i++)
        {
            var text = new StringBuilder(Example);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0:
                        text.Insert(at, noise[random.Next(noise.Length)]);
                        break;
                    case 1:
                        text.Remove(at, Math.Min(text.Length - at, random.Next(1, 30)));
                        break;
                    default:
                        text[at] = noise[random.Next(noise.Length)];
                        break;
                }
            }

            var reading = Read(text.ToString());
            Assert.Equal(reading.Document is null, reading.Errors.Count > 0);
            if (reading.Document is { } document)
            {
                Assert.All(ResourceRules.Check(document, Nothing), error => Assert.NotEmpty(error.Message));
                Assert.NotNull(Json(document));
            }
        }
    }

    private static string Laughs()
    {
        var text = new StringBuilder("  - redirect_uris: &a0 [a, a, a, a, a, a, a, a, a, a]\n");
        for (var i = 1; i < 12; i++)
        {
            text.Append("  - redirect_uris: &a").Append(i).Append(" [").AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 10)).Append("]\n");
        }

        return text.ToString();
    }
}
