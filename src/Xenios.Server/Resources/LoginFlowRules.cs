using Xenios.Sdk;
using Xenios.Server.Connections;

namespace Xenios.Server.Resources;

/// <summary>Which ways to sign in an application may offer: the short form <c>connections</c> or the long form <c>login_flow</c>.</summary>
internal static class LoginFlowRules
{
    /// <summary>Refuses what is wrong with the ways to sign in.</summary>
    /// <param name="at">Where the application stands.</param>
    /// <param name="application">The application.</param>
    /// <param name="known">Connections that exist.</param>
    public static void Check(FieldScope at, ApplicationResource application, KnownResources known)
    {
        if (application.Connections is { } connections)
        {
            CheckConnections(at.Field("connections"), connections, known);
        }

        if (application.LoginFlow is not { } flow)
        {
            return;
        }

        if (application.Connections is not null)
        {
            at.Field("login_flow").Refuse(FieldCode.Conflict, "connections is the short form of login_flow; give one of the two");
        }

        if (flow.Steps is not { Count: > 0 } steps)
        {
            at.Field("login_flow").Field("steps").Refuse(FieldCode.Required, "a login flow needs at least one step");
            return;
        }

        var mayLackAccount = false;
        foreach (var (index, step) in steps.Index())
        {
            var options = at.Field("login_flow").Field("steps").Item(index).Field("options");
            CheckStep(options, step, known, mayLackAccount);
            mayLackAccount |= (step.Options ?? []).Any(option => MayLackAccount(option, known));
        }
    }

    /// <summary>Refuses references to connections that do not exist, and repeated ones.</summary>
    /// <param name="at">Where the list stands.</param>
    /// <param name="slugs">The slugs.</param>
    /// <param name="known">Connections that exist.</param>
    public static void CheckConnections(FieldScope at, IReadOnlyList<string> slugs, KnownResources known)
    {
        foreach (var (index, slug) in slugs.Index())
        {
            CheckConnection(at.Item(index), slug, known);
        }

        at.RefuseRepeated(slugs);
    }

    private static bool MayLackAccount(SignInOptionResource option, KnownResources known) =>
        option.Connection is { } slug && known.FindConnection(slug) is { } connection && ConnectionPolicy.From(connection).Jit == OnOff.Off;

    private static void CheckConnection(FieldScope at, string slug, KnownResources known)
    {
        if (known.FindConnection(slug) is null)
        {
            at.Refuse(FieldCode.UnknownReference, "no connection has this slug");
        }
    }

    private static void CheckStep(FieldScope at, LoginStepResource step, KnownResources known, bool mayLackAccount)
    {
        if (step.Options is not { Count: > 0 } options)
        {
            at.Refuse(FieldCode.Required, "a step needs at least one option");
            return;
        }

        foreach (var (index, option) in options.Index())
        {
            if (option is { Connection: null, Method: null } or { Connection: not null, Method: not null })
            {
                at.Item(index).Refuse(FieldCode.Conflict, "an option is either a connection or a method");
            }
            else if (option.Connection is { } slug)
            {
                CheckConnection(at.Item(index).Field("connection"), slug, known);
            }
            else if (mayLackAccount)
            {
                at.Item(index).Field("method").Refuse(
                    FieldCode.LocalAccountNeeded,
                    "this method needs a local account, and a connection of an earlier step has jit: off");
            }
        }

        at.RefuseRepeated(options.Select(option => option.Connection ?? (option.Method is { } method ? $"{WireName.Of(method)} " : null)));
    }
}
