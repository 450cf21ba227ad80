using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios admin</c> and <c>xenios setup-link</c>: who looks after the server, over the management API.</summary>
internal static class AdministratorCommands
{
    private const string Path = "/api/v1/administrators";

    /// <summary><c>xenios admin</c> with its verbs.</summary>
    public static Command Admin() => new("admin", "Administrators. Example: xenios admin create ada@example.com --password-stdin") { Create(), List(), Remove() };

    /// <summary><c>xenios setup-link</c>.</summary>
    public static Command SetupLink() => Verb(
        new Command("setup-link", "Print a new link that makes an administrator: once, within 30 minutes. Example: xenios setup-link"),
        _ => (HttpMethod.Post, "/api/v1/setup-links", null),
        body => Console.WriteLine(JsonSerializer.Deserialize(body, XeniosJson.Default.SetupLinkView)!.Url));

    private static Command Create()
    {
        var email = new Argument<string>("email") { Description = "Address of a user, or of a new one. It counts as confirmed." };
        var fromStdin = new Option<bool>("--password-stdin") { Description = "Read the password from standard input: of a new user, or a new one for a user who forgot it." };
        var command = new Command("create", "Make an administrator. Example: xenios admin create ada@example.com --password-stdin < password.txt") { email, fromStdin };
        return Verb(
            command,
            result =>
            {
                var resource = new AdministratorResource { Email = result.GetValue(email), Password = result.GetValue(fromStdin) ? Console.In.ReadLine() : null };
                var content = new StringContent(JsonSerializer.Serialize(resource, XeniosJson.Default.AdministratorResource), new MediaTypeHeaderValue("application/json"));
                return (HttpMethod.Post, Path, content);
            },
            body => Console.WriteLine($"✓ {Line(JsonSerializer.Deserialize(body, XeniosJson.Default.AdministratorView)!)}"));
    }

    private static Command List() => Verb(
        new Command("list", "Show the administrators. Example: xenios admin list"),
        _ => (HttpMethod.Get, Path, null),
        body =>
        {
            foreach (var administrator in JsonSerializer.Deserialize(body, XeniosJson.Default.AdministratorList)!.Items)
            {
                Console.WriteLine(Line(administrator));
            }
        });

    private static Command Remove()
    {
        var user = new Argument<string>("user") { Description = "User id, as xenios admin list shows it." };
        return Verb(
            new Command("remove", "Take the right away; the account stays. Example: xenios admin remove usr_0123") { user },
            result => (HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(result.GetValue(user)!)}", null),
            _ => Console.WriteLine("✓ No administrator any more."));
    }

    private static Command Verb(Command command, Func<ParseResult, (HttpMethod Method, string Path, HttpContent? Content)> request, Action<string> print)
    {
        var json = new Option<bool>("--json") { Description = "Print what the server answers." };
        command.Add(json);
        var server = OperatorClient.AddOptions(command);
        command.SetAction(async (result, ct) =>
        {
            var (method, path, content) = request(result);
            using var body = content;
            var (status, answer) = await OperatorClient.SendAsync(server(result), method, path, ct, body);
            if (answer is not null && result.GetValue(json))
            {
                Console.WriteLine(answer);
            }
            else if (answer is not null)
            {
                print(answer);
            }

            return status;
        });
        return command;
    }

    private static string Line(AdministratorView one) => $"{one.UserId}  {WireName.Of(one.Status),-8} {one.Email ?? one.Name ?? "-"}  since {one.Since:yyyy-MM-dd HH:mm} UTC, added by {one.AddedBy}";
}
