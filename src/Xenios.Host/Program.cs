using System.CommandLine;
using Xenios.Host.Commands;

// The program people install: one command per file in Commands/.
var root = new RootCommand("Xenios: an identity server for Sign in with X (formerly Twitter).")
{
    UpCommand.Create(), ResourceCommands.Plan(), ResourceCommands.Apply(), ResourceCommands.Export(), UserCommand.Create(), SignInCommand.Create(), KeysCommand.Create(),
    new Command("connection", "Connections. Example: xenios connection test x") { ConnectionTestCommand.Create() },
    AdministratorCommands.Admin(), AdministratorCommands.SetupLink(),
};
var parsed = root.Parse(args);
var status = await parsed.InvokeAsync();

// Wrong use is 2; the library itself says 1, which is a refusal here.
return parsed.Errors.Count > 0 ? 2 : status;
