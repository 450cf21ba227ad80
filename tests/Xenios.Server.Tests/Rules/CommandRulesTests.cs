using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using Xenios.Host.Commands;

namespace Xenios.Server.Tests.Rules;

/// <summary>What every command of the program has in common (contract §2), and that docs/commands.md names each.</summary>
public sealed class CommandRulesTests
{
    private static readonly RootCommand Root = XeniosCommand.Create([]);

    public static TheoryData<string> Commands => [.. Walk(Root, "xenios").Select(one => one.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_has_an_example_that_is_a_right_use(string path)
    {
        var description = Find(path).Description!;
        var example = description[(description.IndexOf("Example: ", StringComparison.Ordinal) + "Example: ".Length)..];
        Assert.StartsWith(path, example, StringComparison.Ordinal);
        Assert.EndsWith(".", description[..description.IndexOf(" Example: ", StringComparison.Ordinal)], StringComparison.Ordinal);
        var words = CommandLineParser.SplitCommandLine(example).TakeWhile(word => word is not (">" or ">>" or "<")).Skip(1).ToArray();
        Assert.Empty(Root.Parse(words).Errors);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_that_calls_a_server_can_print_JSON_be_quiet_and_be_told_which_server(string path)
    {
        var command = Find(path);

        // These look after a data folder, or after the program itself; the doctor also goes without a server.
        var isLocal = path.Split(' ') is ["xenios", "up" or "completion" or "doctor" or "db" or "backup" or "restore", ..];
        if (command.Subcommands.Count == 0 && !isLocal)
        {
            Assert.Superset(new HashSet<string> { "--json", "--quiet", "--server", "--token" }, command.Options.Select(option => option.Name).ToHashSet(StringComparer.Ordinal));

            // These are the whole server's.
            var isServerWide = path.Split(' ')[1] is "env" or "admin" or "setup-link";
            Assert.Equal(!isServerWide, command.Options.Any(option => option.Name == "--environment"));
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_that_changes_something_on_a_server_can_be_tried(string path)
    {
        var command = Find(path);
        var words = path.Split(' ');
        if (command.Subcommands.Count == 0)
        {
            // The first ones only read; a connection test is of no use without the upstream. What looks after a data folder has its own ways: db upgrade --check.
            var changes = words[^1] is not ("list" or "show" or "callbacks" or "plan" or "export" or "check" or "test") && words[1] is not ("up" or "completion" or "doctor" or "db" or "backup" or "restore");
            Assert.Equal(changes, command.Options.Any(option => option.Name == "--dry-run"));
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_docs_name_it(string path)
    {
        var docs = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "commands.md")));
        Assert.Contains($"`{(path == "xenios" ? "xenios" : path["xenios ".Length..])}", docs, StringComparison.Ordinal);
    }

    private static Command Find(string path) => path.Split(' ').Skip(1).Aggregate((Command)Root, (at, name) => at.Subcommands.Single(one => one.Name == name));

    private static IEnumerable<(string Path, Command Command)> Walk(Command command, string path) =>
        command.Subcommands.SelectMany(one => Walk(one, $"{path} {one.Name}")).Prepend((path, command));

    private static string Here([CallerFilePath] string path = "") => path;
}
