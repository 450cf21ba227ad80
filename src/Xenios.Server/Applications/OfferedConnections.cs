using Xenios.Sdk;

namespace Xenios.Server.Applications;

/// <summary>One list of connections in two forms, <c>connections</c> and the first step of <c>login_flow</c>: what switching one on or off makes of it (D4). Pure.</summary>
internal static class OfferedConnections
{
    /// <summary>The login flow of an application, in its long form.</summary>
    /// <param name="application">The application.</param>
    public static LoginFlowView Flow(ApplicationResource application) => new()
    {
        ClientId = application.ClientId,
        Steps = application.LoginFlow?.Steps ?? (application.Connections is { } named ? [new() { Options = [.. named.Select(slug => new SignInOptionResource { Connection = slug })] }] : null),
    };

    /// <summary>Whether an application names a connection, in any step. One that names none offers every connection, and depends on no single one.</summary>
    /// <param name="application">The application.</param>
    /// <param name="slug">Slug of the connection.</param>
    public static bool Names(ApplicationResource application, string slug) =>
        application.Connections?.Contains(slug, StringComparer.Ordinal) == true
        || application.LoginFlow?.Steps?.Any(step => step.Options?.Any(option => option.Connection == slug) == true) == true;

    /// <summary>Whether people may come in by a method of this server: one of the first step.</summary>
    /// <param name="application">The application.</param>
    /// <param name="method">The method.</param>
    public static bool Offers(ApplicationResource application, SignInMethod method) =>
        application.LoginFlow?.Steps is [{ Options: { } options }, ..] && options.Any(option => option.Method == method);

    /// <summary>Whether people come into an application by one connection and nothing else of its first step.</summary>
    /// <param name="application">The application.</param>
    /// <param name="slug">Slug of the connection.</param>
    /// <param name="others">The other connections that are switched on.</param>
    public static bool DependsOn(ApplicationResource application, string slug, IReadOnlyCollection<string> others)
    {
        if (application.Enabled == false || application.Type == ApplicationType.Machine || application.GrantTypes?.Contains(GrantType.AuthorizationCode) == false)
        {
            return false;
        }

        if (application.LoginFlow?.Steps is [{ Options: { } options }, ..])
        {
            return options.Any(option => option.Connection == slug) && !options.Any(option => option.Method is not null || others.Contains(option.Connection, StringComparer.Ordinal));
        }

        return application.Connections is { } named ? named.Contains(slug, StringComparer.Ordinal) && !named.Any(others.Contains) : others.Count == 0;
    }

    /// <summary>The application with a connection switched on; the same one when it is on already.</summary>
    /// <param name="application">The application.</param>
    /// <param name="slug">Slug of the connection.</param>
    public static ApplicationResource Add(ApplicationResource application, string slug)
    {
        if (application.LoginFlow?.Steps is [{ } first, ..] steps)
        {
            return first.Options?.Any(option => option.Connection == slug) == true
                ? application
                : application with { LoginFlow = new() { Steps = [new() { Options = [.. first.Options ?? [], new() { Connection = slug }] }, .. steps.Skip(1)] } };
        }

        return application.Connections is not { } named || named.Contains(slug, StringComparer.Ordinal) ? application : application with { Connections = [.. named, slug] };
    }

    /// <summary>The application with a connection switched off in its first step; the same one when it is off already.</summary>
    /// <param name="application">The application.</param>
    /// <param name="slug">Slug of the connection.</param>
    /// <param name="every">Every connection there is, which an application offers that names none.</param>
    /// <returns>Null when nothing would be left in the step.</returns>
    public static ApplicationResource? Remove(ApplicationResource application, string slug, IReadOnlyList<string> every)
    {
        if (application.LoginFlow?.Steps is [{ } first, ..] steps)
        {
            return first.Options?.Any(option => option.Connection == slug) != true ? application
                : Without(first, slug) is { } step ? application with { LoginFlow = new() { Steps = [step, .. steps.Skip(1)] } }
                : null;
        }

        var offered = application.Connections ?? every;
        return !offered.Contains(slug, StringComparer.Ordinal) ? application
            : offered.Count == 1 ? null
            : application with { Connections = [.. offered.Where(one => one != slug)] };
    }

    /// <summary>The application without a connection in any step: it is about to be deleted.</summary>
    /// <param name="application">The application, which names it.</param>
    /// <param name="slug">Slug of the connection.</param>
    /// <returns>Null when nothing would be left in a step: a step that falls away would make signing in easier, which is nobody's intention.</returns>
    public static ApplicationResource? Forget(ApplicationResource application, string slug)
    {
        if (application.Connections is { } named)
        {
            return named.Count == 1 ? null : application with { Connections = [.. named.Where(one => one != slug)] };
        }

        var left = (application.LoginFlow?.Steps ?? []).Select(step => Without(step, slug)).ToArray();
        return left.Contains(null) ? null : application with { LoginFlow = new() { Steps = [.. left.OfType<LoginStepResource>()] } };
    }

    private static LoginStepResource? Without(LoginStepResource step, string slug) =>
        (step.Options ?? []).Where(option => option.Connection != slug).ToArray() is { Length: > 0 } left ? new() { Options = left } : null;
}
