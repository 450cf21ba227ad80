using System.CommandLine;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios env</c>: environments, for the operator.</summary>
internal static class EnvironmentCommand
{
    private const string Known = "slug";

    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("env", "Environments. Example: xenios env add acme --display-name Acme") { List(), Show(), Add(), Set() };

    private static Argument<string> Slug() => new("environment") { Description = "The environment's slug." };

    private static Command List() => ServerCall.Make(
        new Command("list", "List environments. Example: xenios env list"),
        async call =>
        {
            var all = await call.Client.EnumerateEnvironmentsAsync(new() { Limit = 100 }, call.Ct).ToListAsync(call.Ct);
            return call.Show(new EnvironmentList(all, null), XeniosJson.Default.EnvironmentList, string.Join('\n', all.Select(one => one.Slug)), () =>
            {
                Output.Table(["SLUG", "KIND", "NAME", "ISSUER"], all.Select(one => (string?[])[one.Slug, one.Kind is { } kind ? WireName.Of(kind) : null, one.DisplayName, one.Issuer]));
                Output.Line("Commands take --environment SLUG for others than the default one.");
            });
        },
        inEnvironment: false);

    private static Command Show()
    {
        var slug = Slug();
        return ServerCall.Make(
            new Command("show", "Show an environment. Example: xenios env show default") { slug },
            async call =>
            {
                var shown = (await call.Client.ReadEnvironmentAsync(call.Get(slug)!, call.Ct)).Value;
                return call.Show(shown, XeniosJson.Default.EnvironmentView, shown.Slug);
            },
            inEnvironment: false);
    }

    private static Command Add()
    {
        var slug = Slug();
        var command = new Command("add", "Add an environment. Example: xenios env add acme --display-name Acme") { slug };
        var fields = new FieldOptions(command, typeof(EnvironmentResource), Known, changes: false);
        return ServerCall.Make(
            command,
            async call =>
            {
                var made = (await call.Client.CreateEnvironmentAsync(call.Get<EnvironmentResource>(fields, Known, call.Get(slug)!), null, call.Ct)).Value;
                return call.Show(made, XeniosJson.Default.EnvironmentView, made.Slug, () => call.Done($"{made.Slug} is added; its issuer is {made.Issuer}.", $"xenios app add CLIENT_ID --environment {made.Slug} adds an application to it."));
            },
            inEnvironment: false,
            changes: true);
    }

    private static Command Set()
    {
        var slug = Slug();
        var command = new Command("set", "Change an environment. Example: xenios env set default --sessions.idle-lifetime 3600") { slug };
        var fields = new FieldOptions(command, typeof(EnvironmentResource), Known, changes: true);
        return ServerCall.Make(
            command,
            async call =>
            {
                var changed = (await call.Client.ChangeEnvironmentAsync(call.Get(slug)!, call.Get(fields), null, call.Ct)).Value;
                return call.Show(changed, XeniosJson.Default.EnvironmentView, null, () => call.Done($"{changed.Slug} is changed.", $"xenios env show {changed.Slug} shows it."));
            },
            inEnvironment: false,
            changes: true);
    }
}
