using System.CommandLine;

namespace Xenios.Host.Commands;

/// <summary>The program people install: one command per file of this folder.</summary>
internal static class XeniosCommand
{
    /// <summary>The command that is asked for among its siblings. Serving makes none of the others, so that it starts at once.</summary>
    /// <param name="args">The command line.</param>
    public static RootCommand Create(IReadOnlyList<string> args)
    {
        var root = new RootCommand("Xenios: an identity server for Sign in with X (formerly Twitter). Example: xenios up") { UpCommand.Create() };
        if (args is not ["up", ..])
        {
            Command[] others =
            [
                ResourceCommands.Plan(), ResourceCommands.Apply(), ResourceCommands.Export(), EnvironmentCommand.Create(), AppCommand.Create(), ConnectionCommand.Create(),
                UserCommand.Create(), SignInCommand.Create(), KeysCommand.Create(), AuditCommand.Create(),
                AdministratorCommands.Admin(), AdministratorCommands.SetupLink(), CompletionCommand.Create(),
                DoctorCommand.Create(), DataCommands.Database(), DataCommands.Backup(), DataCommands.Restore(),
            ];
            Array.ForEach(others, root.Add);
        }

        return root;
    }
}
