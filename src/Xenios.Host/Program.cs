using System.CommandLine;
using Xenios.Host.Commands;

// The program people install: one command per file in Commands/.
var root = new RootCommand("Xenios: an identity server for Sign in with X (formerly Twitter).") { UpCommand.Create(), KeysCommand.Create() };
return await root.Parse(args).InvokeAsync();
