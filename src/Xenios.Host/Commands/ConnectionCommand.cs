using System.CommandLine;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios connection</c>: connections to X and other providers.</summary>
internal static class ConnectionCommand
{
    private const string Known = "slug";

    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("connection", "Connections to X and other providers. Example: xenios connection callbacks x")
    {
        List(), Show(), Add(), Set(), Callbacks(), ConnectionTestCommand.Create(), RotateSecret(), Delete(),
    };

    private static Argument<string> Slug() => new("connection") { Description = "The connection's slug." };

    private static Command List()
    {
        var query = new Option<string?>("--q") { Description = "Part of the slug or name." };
        return ServerCall.Make(new Command("list", "List connections. Example: xenios connection list") { query }, async call =>
        {
            var all = await call.Client.EnumerateConnectionsAsync(new() { Q = call.Get(query), Limit = 100 }, call.Ct).ToListAsync(call.Ct);
            return call.Show(new ConnectionList(all, null), XeniosJson.Default.ConnectionList, all.Count == 0 ? null : string.Join('\n', all.Select(one => one.Slug)), () =>
            {
                Output.Table(
                    ["SLUG", "KIND", "NAME", "PROTOCOL", "CREDENTIALS", "ENABLED"],
                    all.Select(one => (string?[])[
                        one.Slug,
                        one.Kind is { } kind ? WireName.Of(kind) : null,
                        one.Name,
                        one.Protocol is { } protocol ? WireName.Of(protocol) : null,
                        one.Credentials is { } credentials ? WireName.Of(credentials) : null,
                        one.Enabled == false ? "no" : "yes",
                    ]));
                Output.Line(all.Count == 0 ? "No connections yet: xenios connection add x" : "xenios connection callbacks SLUG says what to enter at the provider.");
            });
        });
    }

    private static Command Show()
    {
        var slug = Slug();
        return ServerCall.Make(new Command("show", "Show a connection. Example: xenios connection show x") { slug }, async call =>
        {
            var shown = (await call.Client.ReadConnectionAsync(call.Get(slug)!, call.Ct)).Value;
            return call.Show(shown, XeniosJson.Default.ConnectionView, shown.Slug);
        });
    }

    private static Command Add()
    {
        var slug = Slug();
        var command = new Command("add", "Add a connection, of kind x unless said. Example: xenios connection add x --client-id ID --client-secret-stdin < secret.txt") { slug };
        var fields = new FieldOptions(command, typeof(ConnectionResource), Known, changes: false);
        return ServerCall.Make(command, async call =>
        {
            var given = call.Get<ConnectionResource>(fields, Known, call.Get(slug)!);
            var made = (await call.Client.CreateConnectionAsync(given with { Kind = given.Kind ?? ConnectionKind.X }, null, call.Ct)).Value;
            return call.Show(
                made, XeniosJson.Default.ConnectionView, made.Slug, () => call.Done($"{made.Slug} is added, with {Credentials(made)}.", $"xenios connection callbacks {made.Slug} says what to enter at the provider."));
        }, changes: true);
    }

    private static Command Set()
    {
        var slug = Slug();
        var command = new Command("set", "Change a connection. Example: xenios connection set x --protocol oauth1a --policy.email-trust never") { slug };
        var force = new Option<bool>("--force") { Description = "Switch it off although an application then has no way in." };
        var fields = new FieldOptions(command, typeof(ConnectionResource), Known, changes: true);
        command.Add(force);
        return ServerCall.Make(command, async call =>
        {
            var changed = (await call.Client.ChangeConnectionAsync(call.Get(slug)!, call.Get(fields), call.Get(force), null, call.Ct)).Value;
            return call.Show(changed, XeniosJson.Default.ConnectionView, null, () => call.Done($"{changed.Slug} is changed.", $"xenios connection show {changed.Slug} shows it."));
        }, changes: true);
    }

    private static Command Callbacks()
    {
        var slug = Slug();
        return ServerCall.Make(new Command("callbacks", "Show the callback addresses to enter at the provider. Example: xenios connection callbacks x") { slug }, async call =>
        {
            var callbacks = await call.Client.ListConnectionCallbacksAsync(call.Get(slug)!, call.Ct);
            return call.Show(callbacks, XeniosJson.Default.CallbackList, string.Join('\n', callbacks.Items.Select(one => one.Url)), () =>
            {
                Output.Table(["URL", "HOST", "STYLE"], callbacks.Items.Select(one => (string?[])[one.Url, one.Host, WireName.Of(one.Style)]));
                Output.Line("Enter each address at the provider exactly as it stands here.");
            });
        });
    }

    private static Command RotateSecret()
    {
        var slug = Slug();
        var key = new Option<bool>("--api-key-secret") { Description = "It is the API Key Secret of OAuth 1.0a, and not the OAuth 2.0 client secret." };
        var command = new Command("rotate-secret", "Enter the new secret that the provider made; it is read from standard input. Example: xenios connection rotate-secret x < secret.txt") { slug, key };
        return ServerCall.Make(command, async call =>
        {
            var secret = ServerCall.ReadSecret(call.Get(key) ? "api_key_secret" : "client_secret", $"xenios connection rotate-secret {call.Get(slug)} < FILE");
            var changes = call.Get(key) ? new ConnectionResource { ApiKeySecret = secret } : new ConnectionResource { ClientSecret = secret };
            var changed = (await call.Client.ChangeConnectionAsync(call.Get(slug)!, changes, false, null, call.Ct)).Value;
            return call.Show(changed, XeniosJson.Default.ConnectionView, null, () => call.Done($"{changed.Slug} has the new secret."));
        }, changes: true);
    }

    private static Command Delete()
    {
        var slug = Slug();
        var force = new Option<bool>("--force") { Description = "Delete it although applications name it." };
        return ServerCall.Make(new Command("delete", "Delete a connection, as its policy.on_connection_delete says. Example: xenios connection delete x --force") { slug, force }, async call =>
        {
            await call.Client.DeleteConnectionAsync(call.Get(slug)!, call.Get(force), null, call.Ct);
            return call.Done($"{call.Get(slug)} is deleted.");
        }, changes: true);
    }

    private static string Credentials(ConnectionView connection) => connection.Credentials switch
    {
        ConnectionCredentialKind.Own => "credentials of its own",
        ConnectionCredentialKind.Shared => "the operator's credentials",
        ConnectionCredentialKind.Sandbox => "the X sandbox",
        _ => "no credentials yet",
    };
}
