using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Xenios.Server.Tests.Rules;

/// <summary>What may depend on what inside the server (docs/map.md §3). The compiler keeps the projects apart; these keep the rooms apart.</summary>
public sealed partial class DirectionTests
{
    private static readonly string Source = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src"));

    [Theory]
    [InlineData("Connectors", "Users")]
    [InlineData("Connectors", "SignIn")]
    [InlineData("Connectors", "Storage")]
    [InlineData("Connectors", "Sessions")]
    [InlineData("Connectors", "OpenId")]
    [InlineData("Users", "SignIn")]
    [InlineData("Users", "OpenId")]
    [InlineData("Storage", "Users")]
    [InlineData("Storage", "SignIn")]
    [InlineData("Storage", "OpenId")]
    [InlineData("Sessions", "SignIn")]
    [InlineData("Mail", "Users")]
    public void A_room_does_not_know_another(string room, string other)
    {
        var offenders = Files($"Xenios.Server/{room}").Where(file => Usings(file).Any(name => name == $"Xenios.Server.{other}" || name.StartsWith($"Xenios.Server.{other}.", StringComparison.Ordinal)));
        Assert.Empty(offenders);
    }

    [Fact]
    public void Protocol_knows_neither_HTTP_nor_a_database_nor_a_clock()
    {
        string[] forbidden = ["Microsoft.AspNetCore", "Microsoft.Data", "Npgsql", "Dapper", "System.Net.Http"];
        foreach (var file in Files("Xenios.Protocol"))
        {
            Assert.DoesNotContain(Usings(file), name => forbidden.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
            var text = File.ReadAllText(file);
            Assert.DoesNotContain("UtcNow", text, StringComparison.Ordinal);
            Assert.DoesNotContain("TimeProvider", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("OpenId")]
    [InlineData("SignIn")]
    [InlineData("Connections")]
    [InlineData("Connectors")]
    [InlineData("Applications")]
    public void A_room_without_tables_of_its_own_speaks_no_SQL(string room) =>
        Assert.DoesNotContain(Files($"Xenios.Server/{room}").SelectMany(Usings), name => name is "Dapper" or "System.Data.Common" or "Npgsql" or "Microsoft.Data.Sqlite");

    [Fact]
    public void The_sandbox_depends_on_the_protocol_only() =>
        Assert.DoesNotContain(Files("Xenios.XSandbox").SelectMany(Usings), name => name.StartsWith("Xenios.Server", StringComparison.Ordinal) || name.StartsWith("Xenios.Sdk", StringComparison.Ordinal));

    [Fact]
    public void Time_comes_from_the_time_provider_everywhere() =>
        Assert.DoesNotContain(Files("."), file => Clock().IsMatch(File.ReadAllText(file)));

    [Fact]
    public void Every_file_lies_in_the_folder_its_namespace_names()
    {
        foreach (var file in Files(".").Where(file => !file.EndsWith("Program.cs", StringComparison.Ordinal)))
        {
            var name = NamespacePattern().Match(File.ReadAllText(file)).Groups[1].Value;
            var folder = Path.GetRelativePath(Source, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');

            // Protocol's Token folder and files of one family share the root namespace of their project on purpose.
            Assert.True(name == folder || folder.StartsWith(name, StringComparison.Ordinal), $"{file} is in namespace {name}");
        }
    }

    private static IEnumerable<string> Files(string folder) => Directory
        .EnumerateFiles(Path.Combine(Source, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static IEnumerable<string> Usings(string file) => UsingPattern().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value);

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingPattern();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespacePattern();

    [GeneratedRegex(@"DateTime(Offset)?\.(UtcNow|Now)\b")]
    private static partial Regex Clock();
}
