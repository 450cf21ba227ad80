using System.CommandLine;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios admin</c> and <c>xenios setup-link</c>: who looks after the server, over the management API.</summary>
internal static class AdministratorCommands
{
    /// <summary><c>xenios admin</c> with its verbs.</summary>
    public static Command Admin() => new("admin", "Administrators. Example: xenios admin create ada@example.com --password-stdin") { Create(), List(), Remove() };

    /// <summary><c>xenios setup-link</c>.</summary>
    public static Command SetupLink() => ServerCall.Make(
        new Command("setup-link", "Print a new link that makes an administrator: once, within 30 minutes. Example: xenios setup-link"),
        async call =>
        {
            var link = await call.Client.CreateSetupLinkAsync(null, call.Ct);
            return call.Show(link, XeniosJson.Default.SetupLinkView, link.Url, () => Console.WriteLine(call.Client.DryRun ? $"Would be: a link, good until {link.ExpiresAt:yyyy-MM-dd HH:mm} UTC." : link.Url));
        },
        inEnvironment: false,
        changes: true);

    private static Command Create()
    {
        var email = new Argument<string>("email") { Description = "Address of a user, or of a new one. It counts as confirmed." };
        var fromStdin = new Option<bool>("--password-stdin") { Description = "Read the password from standard input: of a new user, or a new one for a user who forgot it." };
        return ServerCall.Make(
            new Command("create", "Make an administrator. Example: xenios admin create ada@example.com --password-stdin < password.txt") { email, fromStdin },
            async call =>
            {
                var made = await call.Client.AddAdministratorAsync(new AdministratorResource { Email = call.Get(email), Password = call.Get(fromStdin) ? ServerCall.ReadSecret("password", $"{fromStdin.Name} < FILE") : null }, null, call.Ct);
                return call.Show(made, XeniosJson.Default.AdministratorView, made.UserId, () => call.Done(Line(made)));
            },
            inEnvironment: false,
            changes: true);
    }

    private static Command List() => ServerCall.Make(
        new Command("list", "Show the administrators. Example: xenios admin list"),
        async call =>
        {
            var list = await call.Client.ListAdministratorsAsync(call.Ct);
            return call.Show(list, XeniosJson.Default.AdministratorList, list.Items.Count == 0 ? null : string.Join('\n', list.Items.Select(one => one.UserId)), () =>
            {
                foreach (var administrator in list.Items)
                {
                    Console.WriteLine(Line(administrator));
                }
            });
        },
        inEnvironment: false);

    private static Command Remove()
    {
        var user = new Argument<string>("user") { Description = "User id, as xenios admin list shows it." };
        return ServerCall.Make(
            new Command("remove", "Take the right away; the account stays. Example: xenios admin remove usr_0123") { user },
            async call =>
            {
                await call.Client.RemoveAdministratorAsync(call.Get(user)!, call.Ct);
                return call.Done("No administrator any more.");
            },
            inEnvironment: false,
            changes: true);
    }

    private static string Line(AdministratorView one) => $"{one.UserId}  {WireName.Of(one.Status),-8} {one.Email ?? one.Name ?? "-"}  since {one.Since:yyyy-MM-dd HH:mm} UTC, added by {one.AddedBy}{(one.MaySignIn ? "" : ", cannot sign in to the console")}";
}
