using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios user</c>: people.</summary>
internal static class UserCommand
{
    private const string Known = "username";

    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("user", "People. Example: xenios user list --q kim")
    {
        List(), Show(), Add(), Set(), Link(), Unlink(),
        Status("block", "Refuse every sign-in of a user, and end sessions and grants. Example: xenios user block kim", UserStatus.Blocked, "Blocked; sessions and grants have ended."),
        Status("unblock", "Let a user sign in again. Example: xenios user unblock kim", UserStatus.Active, "May sign in again."),
        Delete(), Import(), Export(),
    };

    private static Argument<string> User() => new("user") { Description = "Id, user name or email." };

    private static Command List()
    {
        var query = new Option<string?>("--q") { Description = "Beginning of a user name, an email or an X handle; or an exact id." };
        var status = new Option<string?>("--status") { Description = "One of active, blocked." };
        status.AcceptOnlyFromAmong("active", "blocked");
        var connection = new Option<string?>("--connection") { Description = "Slug of a connection that they have an identity of." };
        var limit = new Option<int>("--limit") { Description = "Most users, 1 to 100.", DefaultValueFactory = _ => 50 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the page before ended." };
        return ServerCall.Make(new Command("list", "List users. Example: xenios user list --q kim --status blocked") { query, status, connection, limit, cursor }, async call =>
        {
            var wanted = call.Get(status) is { } name && WireName.TryParse<UserStatus>(name, out var given) ? given : (UserStatus?)null;
            var page = await call.Client.ListUsersAsync(new() { Q = call.Get(query), Status = wanted, Connection = call.Get(connection), Limit = call.Get(limit), Cursor = call.Get(cursor) }, call.Ct);
            return call.Show(page, XeniosJson.Default.UserList, page.Items.Count == 0 ? null : string.Join('\n', page.Items.Select(one => one.Id)), () =>
            {
                Output.Table(
                    ["ID", "STATUS", "USERNAME", "EMAIL"],
                    page.Items.Select(one => (string?[])[one.Id, WireName.Of(one.Status), one.Username, one.Email is null || one.EmailVerified ? one.Email : $"{one.Email} (not confirmed)"]));
                Output.Line(page.NextCursor is { } next ? $"There are more: --cursor {next}" : "xenios user show USER shows one.");
            });
        });
    }

    private static Command Show()
    {
        var user = User();
        return ServerCall.Make(new Command("show", "Show a user. Example: xenios user show kim") { user }, async call =>
            await IdAsync(call, user) is { } id ? Show(call, (await call.Client.ReadUserAsync(id, call.Ct)).Value) : ServerCall.Refused);
    }

    private static Command Add()
    {
        var username = new Argument<string>("username") { Description = "Name to sign in with." };
        var command = new Command("add", "Add a user. Example: xenios user add kim --email kim@example.com --password-stdin < password.txt") { username };
        var fields = new FieldOptions(command, typeof(UserResource), Known, changes: false);
        return ServerCall.Make(command, async call =>
        {
            var made = (await call.Client.CreateUserAsync(call.Get<UserResource>(fields, Known, call.Get(username)!), null, call.Ct)).Value;
            return call.Show(made, XeniosJson.Default.UserView, made.Id, () => call.Done($"{made.Username} is added, with the id {made.Id}.", $"xenios user link {made.Username} --connection x --subject ID connects an identity."));
        }, changes: true);
    }

    private static Command Set()
    {
        var user = User();
        var command = new Command("set", "Change a user. Example: xenios user set kim --email kim@example.org --email-verified true") { user };
        var fields = new FieldOptions(command, typeof(UserResource), "", changes: true);
        return ServerCall.Make(command, async call =>
        {
            if (await IdAsync(call, user) is not { } id)
            {
                return ServerCall.Refused;
            }

            var changed = (await call.Client.ChangeUserAsync(id, call.Get(fields), null, call.Ct)).Value;
            return call.Show(changed, XeniosJson.Default.UserView, null, () => call.Done($"{changed.Id} is changed.", $"xenios user show {changed.Id} shows it."));
        }, changes: true);
    }

    private static Command Link()
    {
        var user = User();
        var connection = new Option<string>("--connection") { Description = "Slug of the connection.", Required = true };
        var subject = new Option<string>("--subject") { Description = "Id at the provider; for X the numeric one.", Required = true };
        var handle = new Option<string?>("--handle") { Description = "Handle without @, until the first sign-in says what it is." };
        return ServerCall.Make(new Command("link", "Connect an identity with a user. Example: xenios user link kim --connection x --subject 2244994945") { user, connection, subject, handle }, async call =>
        {
            if (await IdAsync(call, user) is not { } id)
            {
                return ServerCall.Refused;
            }

            var made = await call.Client.LinkIdentityAsync(id, new IdentityResource { Connection = call.Get(connection), Subject = call.Get(subject), Handle = call.Get(handle) }, null, call.Ct);
            return call.Show(made, XeniosJson.Default.IdentityView, made.Id, () => call.Done($"Connected, as identity {made.Id}.", $"xenios user unlink {id} {made.Id} disconnects it."));
        }, changes: true);
    }

    private static Command Unlink()
    {
        var user = User();
        var identity = new Argument<string?>("identity") { Description = "Id of the identity, or slug of its connection; without it they are listed.", Arity = ArgumentArity.ZeroOrOne };
        return ServerCall.Make(new Command("unlink", "Disconnect an identity. Example: xenios user unlink kim x") { user, identity }, async call =>
        {
            if (await IdAsync(call, user) is not { } id)
            {
                return ServerCall.Refused;
            }

            var all = await call.Client.ListIdentitiesAsync(id, call.Ct);
            if (call.Get(identity) is not { } wanted)
            {
                return call.Show(all, XeniosJson.Default.IdentityList, string.Join('\n', all.Items.Select(one => one.Id)), () => Output.Table(
                    ["ID", "CONNECTION", "SUBJECT", "HANDLE", "LINKED"], all.Items.Select(one => (string?[])[one.Id, one.Connection, one.Subject, one.Handle, $"{one.LinkedAt:yyyy-MM-dd}"])));
            }

            await call.Client.UnlinkIdentityAsync(id, all.Items.FirstOrDefault(one => one.Connection == wanted)?.Id ?? wanted, call.Ct);
            return call.Done($"{wanted} is disconnected.");
        }, changes: true);
    }

    private static Command Status(string name, string description, UserStatus status, string done)
    {
        var user = User();
        return ServerCall.Make(new Command(name, description) { user }, async call =>
        {
            if (await IdAsync(call, user) is not { } id)
            {
                return ServerCall.Refused;
            }

            var changed = (await call.Client.ChangeUserAsync(id, new UserResource { Status = status }, null, call.Ct)).Value;
            return call.Show(changed, XeniosJson.Default.UserView, null, () => call.Done($"{id}: {done}"));
        }, changes: true);
    }

    private static Command Delete()
    {
        var user = User();
        return ServerCall.Make(new Command("delete", "Delete a user with everything that is held about the person. Example: xenios user delete kim") { user }, async call =>
        {
            if (await IdAsync(call, user) is not { } id)
            {
                return ServerCall.Refused;
            }

            await call.Client.DeleteUserAsync(id, null, call.Ct);
            return call.Done($"{id}: Deleted, with everything that was held about the person.");
        }, changes: true);
    }

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "JSON lines: one user per line, as docs/users.md describes." };
        var resume = new Option<bool>("--resume") { Description = "Go on where an import of this file stood (FILE.progress)." };
        return ServerCall.Make(new Command("import", "Import users. Example: xenios user import people.jsonl --dry-run") { file, resume }, async call =>
        {
            var import = new UserImportFile(
                call.Get(file)!, (text, stop) => call.TryAsync(() => call.Client.ImportUsersAsync(text, ct: stop)), Console.Error, TimeProvider.System);
            var (exit, sum) = await import.RunAsync(call.Get(resume), call.Client.DryRun, call.Ct);
            if (call.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(sum, ImportJson.Default.ImportProgress));
            }
            else if (!call.Quiet)
            {
                Console.WriteLine($"{(call.Client.DryRun ? "Would be: " : "")}{sum.Created} created, {sum.Updated} updated, {sum.Unchanged} unchanged, {sum.Refused} refused of {sum.Lines} lines");
            }

            return exit;
        }, changes: true);
    }

    private static Command Export() => ServerCall.Make(
        new Command("export", "Print all users as JSON lines, without secrets; they can be imported again. Example: xenios user export > people.jsonl"),
        async call =>
        {
            await foreach (var user in call.Client.ExportUsersAsync(call.Ct))
            {
                Output.Json(user, XeniosJson.Default.UserImport);
            }

            return 0;
        });

    // What is no id is looked for as a name.
    private static async Task<string?> IdAsync(ServerCall call, Argument<string> argument)
    {
        var user = call.Get(argument)!;
        if (user.StartsWith("usr_", StringComparison.Ordinal))
        {
            return user;
        }

        var found = (await call.Client.ListUsersAsync(new() { Q = user, Limit = 100 }, call.Ct)).Items
            .Where(one => string.Equals(one.Username, user, StringComparison.OrdinalIgnoreCase) || string.Equals(one.Email, user, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 1)
        {
            return found[0].Id;
        }

        Output.Say(found.Count == 0 ? $"There is no user with the name or email {user}." : $"{found.Count} users have this email; name one by its id: {string.Join(", ", found.Select(one => one.Id))}");
        return null;
    }

    private static int Show(ServerCall call, UserView user) => call.Show(user, XeniosJson.Default.UserView, user.Id, () =>
    {
        (string Name, string? Value)[] facts =
        [
            ("id", user.Id),
            ("username", user.Username),
            ("email", user.Email is null ? null : $"{user.Email} ({(user.EmailVerified ? "confirmed" : "not confirmed")})"),
            ("status", WireName.Of(user.Status)),
            ("password", user.HasPassword ? "yes" : "no"),
            ("managed by", user.ManagedBy),
            ("created", string.Create(CultureInfo.InvariantCulture, $"{user.CreatedAt:yyyy-MM-dd HH:mm} UTC")),
            ("last sign-in", user.LastSignInAt is { } last ? string.Create(CultureInfo.InvariantCulture, $"{last:yyyy-MM-dd HH:mm} UTC") : null),
            .. user.Attributes.Select(attribute => ($"  {attribute.Key}", (string?)attribute.Value)),
        ];
        foreach (var (name, value) in facts)
        {
            Console.WriteLine($"{name,-12}  {value ?? "-"}");
        }
    });
}
