using System.CommandLine;
using System.Text.Json;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios keys</c>: shows and changes the keys that sign tokens.</summary>
internal static class KeysCommand
{
    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("keys", "Keys that sign tokens. Example: xenios keys rotate")
    {
        Verb("list", "Show the keys. Example: xenios keys list --json", HttpMethod.Get, "/api/v1/keys", null),
        Verb(
            "rotate",
            "Publish the next keys; they sign after the overlap (an hour unless the environment says otherwise). Example: xenios keys rotate --environment acme",
            HttpMethod.Post,
            "/api/v1/keys/rotate",
            "Tokens signed so far stay good: old keys are published until the last of them has expired."),
    };

    private static Command Verb(string name, string description, HttpMethod method, string path, string? note)
    {
        var environment = new Option<string?>("--environment") { Description = "Slug of the environment, where it is not the default one." };
        var json = new Option<bool>("--json") { Description = "Print what the server answers." };
        var command = new Command(name, description) { environment, json };
        var server = OperatorClient.AddOptions(command);
        command.SetAction(async (result, ct) =>
        {
            var prefix = result.GetValue(environment) is { Length: > 0 } slug ? $"/e/{Uri.EscapeDataString(slug)}" : "";
            var (status, body) = await OperatorClient.SendAsync(server(result), method, prefix + path, ct);
            if (body is not null)
            {
                Print(body, result.GetValue(json), note);
            }

            return status;
        });
        return command;
    }

    private static void Print(string body, bool json, string? note)
    {
        if (json)
        {
            Console.WriteLine(body);
            return;
        }

        foreach (var key in JsonSerializer.Deserialize(body, XeniosJson.Default.SigningKeyList)!.Items)
        {
            var until = key.Until is { } end ? $", until {end:yyyy-MM-dd HH:mm} UTC" : "";
            Console.WriteLine($"{WireName.Of(key.State),-8} {key.Alg}  {key.Kid}  since {key.Since:yyyy-MM-dd HH:mm} UTC{until}");
        }

        if (note is not null)
        {
            Console.WriteLine(note);
        }
    }
}
