using System.CommandLine;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios app</c>: applications.</summary>
internal static class AppCommand
{
    private const string Known = "client_id";

    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("app", "Applications. Example: xenios app add shop --redirect-uris https://shop.example/callback")
    {
        List(), Show(), Add(), Set(), RotateSecret(), Delete(),
        Switch("connect", "Offer a connection to people of an application. Example: xenios app connect shop x", "is offered in", (client, app, connection, ct) => client.ConnectApplicationAsync(app, connection, ct)),
        Switch("disconnect", "Offer a connection no longer. Example: xenios app disconnect shop x", "is offered no longer in", (client, app, connection, ct) => client.DisconnectApplicationAsync(app, connection, ct)),
    };

    private static Argument<string> ClientId() => new("client_id") { Description = "The application's client_id." };

    private static Command List()
    {
        var query = new Option<string?>("--q") { Description = "Part of the client_id or name." };
        return ServerCall.Make(new Command("list", "List applications. Example: xenios app list") { query }, async call =>
        {
            var all = await call.Client.EnumerateApplicationsAsync(new() { Q = call.Get(query), Limit = 100 }, call.Ct).ToListAsync(call.Ct);
            return call.Show(new ApplicationList(all, null), XeniosJson.Default.ApplicationList, all.Count == 0 ? null : string.Join('\n', all.Select(one => one.ClientId)), () =>
            {
                Output.Table(
                    ["CLIENT_ID", "NAME", "TYPE", "CONNECTIONS", "ENABLED"],
                    all.Select(one => (string?[])[one.ClientId, one.Name, one.Type is { } type ? WireName.Of(type) : null, Offered(one), one.Enabled == false ? "no" : "yes"]));
                Output.Line(all.Count == 0 ? "No applications yet: xenios app add CLIENT_ID --redirect-uris URL" : "xenios app show CLIENT_ID shows one.");
            });
        });
    }

    private static Command Show()
    {
        var id = ClientId();
        return ServerCall.Make(new Command("show", "Show an application. Example: xenios app show shop") { id }, async call =>
        {
            var shown = (await call.Client.ReadApplicationAsync(call.Get(id)!, call.Ct)).Value;
            return call.Show(shown, XeniosJson.Default.ApplicationView, shown.ClientId);
        });
    }

    private static Command Add()
    {
        var id = ClientId();
        var command = new Command("add", "Add an application. Example: xenios app add shop --redirect-uris https://shop.example/callback") { id };
        var fields = new FieldOptions(command, typeof(ApplicationResource), Known, changes: false);
        return ServerCall.Make(command, async call =>
        {
            var made = (await call.Client.CreateApplicationAsync(call.Get<ApplicationResource>(fields, Known, call.Get(id)!), null, call.Ct)).Value;
            return call.Show(made, XeniosJson.Default.ApplicationView, made.ClientSecret ?? made.ClientId, () =>
            {
                Output.Fields(call.Client.DryRun ? made with { ClientSecret = null } : made, XeniosJson.Default.ApplicationView);
                call.Done(made.ClientSecret is null || call.Client.DryRun ? $"{made.ClientId} is added." : "Added. The client_secret is shown this once; keep it.", made.ClientSecret is null ? $"xenios app show {made.ClientId} shows it." : null);
            });
        }, changes: true);
    }

    private static Command Set()
    {
        var id = ClientId();
        var command = new Command("set", "Change an application. Example: xenios app set shop --name \"The shop\" --unset allowed_origins") { id };
        var fields = new FieldOptions(command, typeof(ApplicationResource), Known, changes: true);
        return ServerCall.Make(command, async call =>
        {
            var changed = (await call.Client.ChangeApplicationAsync(call.Get(id)!, call.Get(fields), null, call.Ct)).Value;
            return call.Show(changed, XeniosJson.Default.ApplicationView, null, () => call.Done($"{changed.ClientId} is changed.", $"xenios app show {changed.ClientId} shows it."));
        }, changes: true);
    }

    private static Command RotateSecret()
    {
        var id = ClientId();
        var overlap = new Option<int?>("--overlap") { Description = "Seconds for which the former secret still works, 0 to 2592000; 86400 unless said." };
        return ServerCall.Make(new Command("rotate-secret", "Make a new client secret. Example: xenios app rotate-secret shop --overlap 3600") { id, overlap }, async call =>
        {
            var rotated = await call.Client.RotateApplicationSecretAsync(call.Get(id)!, new SecretRotation { Overlap = call.Get(overlap) }, null, call.Ct);
            return call.Show(rotated, XeniosJson.Default.RotatedSecret, rotated.ClientSecret, () =>
            {
                Output.Line(call.Client.DryRun ? null : rotated.ClientSecret);
                call.Done($"{(call.Client.DryRun ? "A new secret." : "Shown this once; keep it.")} {(rotated.FormerUntil is { } until ? $"The former secret works until {until:yyyy-MM-dd HH:mm} UTC." : "No former secret works.")}");
            });
        }, changes: true);
    }

    private static Command Delete()
    {
        var id = ClientId();
        return ServerCall.Make(new Command("delete", "Delete an application, and with it what people allowed it. Example: xenios app delete shop") { id }, async call =>
        {
            await call.Client.DeleteApplicationAsync(call.Get(id)!, null, call.Ct);
            return call.Done($"{call.Get(id)} is deleted.");
        }, changes: true);
    }

    private static Command Switch(string name, string description, string done, Func<XeniosClient, string, string, CancellationToken, Task> act)
    {
        var id = ClientId();
        var connection = new Argument<string>("connection") { Description = "Slug of the connection." };
        return ServerCall.Make(new Command(name, description) { id, connection }, async call =>
        {
            await act(call.Client, call.Get(id)!, call.Get(connection)!, call.Ct);
            return call.Done($"{call.Get(connection)} {done} {call.Get(id)}.");
        }, changes: true);
    }

    private static string Offered(ApplicationView application) =>
        application.LoginFlow?.Steps is { Count: > 0 } steps ? string.Join(", ", steps[0].Options?.Select(option => option.Connection ?? (option.Method is { } method ? WireName.Of(method) : "")) ?? [])
        : application.Connections is { } named ? string.Join(", ", named)
        : "all";
}
