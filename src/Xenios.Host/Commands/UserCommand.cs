using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xenios.Sdk;
using Xenios.Server.Hosting;

namespace Xenios.Host.Commands;

/// <summary><c>xenios user</c>: people, over the management API.</summary>
internal static class UserCommand
{
    private const int Refused = 1;

    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("user", "People. Example: xenios user list --q kim")
    {
        List(),
        One("show", "Show a user. Example: xenios user show kim", HttpMethod.Get, null, null),
        One("block", "Refuse every sign-in of a user, and end sessions and grants. Example: xenios user block kim", HttpMethod.Patch, """{"status":"blocked"}""", "Blocked; sessions and grants have ended."),
        One("unblock", "Let a user sign in again. Example: xenios user unblock kim", HttpMethod.Patch, """{"status":"active"}""", "May sign in again."),
        One("delete", "Delete a user with everything that is held about the person. Example: xenios user delete kim", HttpMethod.Delete, null, "Deleted, with everything that was held about the person."),
        Import(),
        Export(),
    };

    private static Command List()
    {
        var query = new Option<string?>("--q") { Description = "Beginning of a user name, an email or an X handle; or an exact id." };
        var status = new Option<string?>("--status") { Description = "active or blocked." };
        var connection = new Option<string?>("--connection") { Description = "Slug of a connection that they have an identity of." };
        var limit = new Option<int>("--limit") { Description = "Most users, 1 to 100.", DefaultValueFactory = _ => 50 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the page before ended." };
        var command = new Command("list", "List users. Example: xenios user list --q kim --status blocked") { query, status, connection, limit, cursor };
        var (call, json) = Common(command);
        command.SetAction(async (result, ct) =>
        {
            var (access, prefix) = call(result);
            var filters = new[] { ("q", result.GetValue(query)), ("status", result.GetValue(status)), ("connection", result.GetValue(connection)), ("cursor", result.GetValue(cursor)) }
                .Where(filter => !string.IsNullOrEmpty(filter.Item2)).Select(filter => $"&{filter.Item1}={Uri.EscapeDataString(filter.Item2!)}");
            var (exit, body) = await OperatorClient.SendAsync(access, HttpMethod.Get, $"{prefix}/users?limit={result.GetValue(limit)}{string.Concat(filters)}", ct);
            if (body is null || result.GetValue(json))
            {
                Print(body);
                return exit;
            }

            var page = JsonSerializer.Deserialize(body, XeniosJson.Default.UserList)!;
            foreach (var user in page.Items)
            {
                Console.WriteLine($"{user.Id}  {WireName.Of(user.Status),-8} {user.Username ?? "-",-24} {user.Email ?? "-"}{(user.Email is null || user.EmailVerified ? "" : " (not confirmed)")}");
            }

            if (page.NextCursor is not null)
            {
                await Console.Error.WriteLineAsync($"There are more: --cursor {page.NextCursor}");
            }

            return exit;
        });
        return command;
    }

    private static Command One(string name, string description, HttpMethod method, string? patch, string? done)
    {
        var user = new Argument<string>("user") { Description = "Id, user name or email." };
        var command = new Command(name, description) { user };
        var (call, json) = Common(command);
        command.SetAction(async (result, ct) =>
        {
            var (access, prefix) = call(result);
            var (exit, id) = await IdAsync(access, prefix, result.GetValue(user)!, ct);
            if (id is null)
            {
                return exit;
            }

            using var content = patch is null ? null : new StringContent(patch, new MediaTypeHeaderValue("application/merge-patch+json"));
            (exit, var body) = await OperatorClient.SendAsync(access, method, $"{prefix}/users/{Uri.EscapeDataString(id)}", ct, content);
            if (body is null)
            {
                return exit;
            }

            if (result.GetValue(json) || done is null)
            {
                Print(body.Length == 0 ? null : result.GetValue(json) ? body : Readable(body));
            }
            else
            {
                Console.WriteLine($"✓ {id}: {done}");
            }

            return exit;
        });
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "JSON lines: one user per line, as docs/users.md describes." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be done, and do nothing." };
        var resume = new Option<bool>("--resume") { Description = "Go on where an import of this file stood (FILE.progress)." };
        var command = new Command("import", "Import users. Example: xenios user import people.jsonl --dry-run") { file, dryRun, resume };
        var (call, json) = Common(command);
        command.SetAction(async (result, ct) =>
        {
            var (access, prefix) = call(result);
            var path = $"{prefix}/users/import{(result.GetValue(dryRun) ? "?dry_run=true" : "")}";
            var import = new UserImportFile(
                result.GetValue(file)!,
                async (text, stop) =>
                {
                    using var content = new StringContent(text, Encoding.UTF8, "application/jsonl");
                    return await OperatorClient.SendAsync(access, HttpMethod.Post, path, stop, content);
                },
                Console.Error,
                TimeProvider.System);
            var (exit, sum) = await import.RunAsync(result.GetValue(resume), result.GetValue(dryRun), ct);
            Console.WriteLine(result.GetValue(json)
                ? JsonSerializer.Serialize(sum, ImportJson.Default.ImportProgress)
                : $"{(result.GetValue(dryRun) ? "Would be: " : "")}{sum.Created} created, {sum.Updated} updated, {sum.Unchanged} unchanged, {sum.Refused} refused of {sum.Lines} lines");
            return exit;
        });
        return command;
    }

    private static Command Export()
    {
        var command = new Command("export", "Print all users as JSON lines, without secrets; they can be imported again. Example: xenios user export > people.jsonl");
        var (call, _) = Common(command);
        command.SetAction(async (result, ct) =>
        {
            var (access, prefix) = call(result);
            string? next = $"{prefix}/users/export?limit=500";
            while (next is not null)
            {
                (var exit, var lines, next) = await OperatorClient.SendPageAsync(access, HttpMethod.Get, next, ct);
                if (exit != 0)
                {
                    return exit;
                }

                Console.Out.Write(lines);
            }

            return 0;
        });
        return command;
    }

    // The options that every verb has.
    private static (Func<ParseResult, ((OperatorAccess? Access, int Status) Access, string Prefix)> Call, Option<bool> Json) Common(Command command)
    {
        var environment = new Option<string?>("--environment") { Description = "Slug of the environment, where it is not the default one." };
        var json = new Option<bool>("--json") { Description = "Print what the server answers." };
        command.Add(environment);
        command.Add(json);
        var server = OperatorClient.AddOptions(command);
        return (result => (server(result), (result.GetValue(environment) is { Length: > 0 } slug ? $"/e/{Uri.EscapeDataString(slug)}" : "") + "/api/v1"), json);
    }

    // What is no id is looked for as a name.
    private static async Task<(int Status, string? Id)> IdAsync((OperatorAccess? Access, int Status) access, string prefix, string user, CancellationToken ct)
    {
        if (user.StartsWith("usr_", StringComparison.Ordinal))
        {
            return (0, user);
        }

        var (exit, body) = await OperatorClient.SendAsync(access, HttpMethod.Get, $"{prefix}/users?limit=100&q={Uri.EscapeDataString(user)}", ct);
        if (body is null)
        {
            return (exit, null);
        }

        var found = JsonSerializer.Deserialize(body, XeniosJson.Default.UserList)!.Items
            .Where(one => string.Equals(one.Username, user, StringComparison.OrdinalIgnoreCase) || string.Equals(one.Email, user, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 1)
        {
            return (0, found[0].Id);
        }

        OperatorClient.Say(found.Count == 0 ? $"There is no user with the name or email {user}." : $"{found.Count} users have this email; name one by its id: {string.Join(", ", found.Select(one => one.Id))}");
        return (Refused, null);
    }

    private static void Print(string? text)
    {
        if (text is not null)
        {
            Console.WriteLine(text);
        }
    }

    private static string Readable(string body)
    {
        var user = JsonSerializer.Deserialize(body, XeniosJson.Default.UserView)!;
        var text = new StringBuilder()
            .AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"id            {user.Id}")
            .AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"username      {user.Username ?? "-"}")
            .AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"email         {user.Email ?? "-"}{(user.Email is null ? "" : user.EmailVerified ? " (confirmed)" : " (not confirmed)")}")
            .AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"status        {WireName.Of(user.Status)}")
            .AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"password      {(user.HasPassword ? "yes" : "no")}")
            .AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"managed by    {user.ManagedBy ?? "-"}")
            .AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"created       {user.CreatedAt:yyyy-MM-dd HH:mm} UTC")
            .Append(System.Globalization.CultureInfo.InvariantCulture, $"last sign-in  {user.LastSignInAt:yyyy-MM-dd HH:mm}");
        foreach (var (name, value) in user.Attributes)
        {
            text.AppendLine().Append(System.Globalization.CultureInfo.InvariantCulture, $"  {name} = {value}");
        }

        return text.ToString();
    }
}
