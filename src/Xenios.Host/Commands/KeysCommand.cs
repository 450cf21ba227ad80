using System.CommandLine;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios keys</c>: shows and changes the keys that sign tokens.</summary>
internal static class KeysCommand
{
    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("keys", "Keys that sign tokens. Example: xenios keys rotate")
    {
        ServerCall.Make(new Command("list", "Show the keys. Example: xenios keys list --json"), async call => Show(call, await call.Client.ListKeysAsync(call.Ct), null)),
        ServerCall.Make(
            new Command("rotate", "Publish the next keys; they sign after the overlap (an hour unless the environment says otherwise). Example: xenios keys rotate --environment acme"),
            async call => Show(call, await call.Client.RotateKeysAsync(null, call.Ct), "Tokens signed so far stay good: old keys are published until the last of them has expired."),
            changes: true),
    };

    private static int Show(ServerCall call, SigningKeyList keys, string? note) =>
        call.Show(keys, XeniosJson.Default.SigningKeyList, string.Join('\n', keys.Items.Select(key => key.Kid)), () =>
        {
            foreach (var key in keys.Items)
            {
                var until = key.Until is { } end ? $", until {end:yyyy-MM-dd HH:mm} UTC" : "";
                Console.WriteLine($"{WireName.Of(key.State),-8} {key.Alg}  {key.Kid}  since {key.Since:yyyy-MM-dd HH:mm} UTC{until}");
            }

            Output.Line(note);
        });
}
