using System.CommandLine;

namespace Xenios.Server.Tests.Operations;

/// <summary>Runs a command as the program does, and keeps what it says.</summary>
internal static class Commands
{
    public static async Task<(int Status, string Output, string Error)> RunAsync(Command command, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var status = await new RootCommand { command }.Parse([command.Name, .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (status, output.ToString(), error.ToString());
    }
}
