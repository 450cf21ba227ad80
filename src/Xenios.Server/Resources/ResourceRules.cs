using Xenios.Sdk;

namespace Xenios.Server.Resources;

/// <summary>
/// Decides whether records may be stored. Pure: the resource file, the management API and the console's forms get the same answers.
/// Each finding names its field; all are found, not only the first.
/// </summary>
internal static class ResourceRules
{
    /// <summary>Everything wrong with a document.</summary>
    /// <param name="document">What a resource file says.</param>
    /// <param name="known">What is stored already.</param>
    public static IReadOnlyList<FieldError> Check(ResourceDocument document, KnownResources known)
    {
        var top = new FieldScope([], "");
        if (MissingEntries.Refuse(top, document))
        {
            return top.Errors;
        }

        var kind = document.Environment?.Kind ?? known.Kind;
        var around = Around(document, known, kind);
        if (document.Environment is { } environment)
        {
            CheckEnvironment(top.Field("environment"), environment);
        }

        AttributeRules.CheckOwn(top.Field("attributes"), document.Attributes);
        Each(top.Field("applications"), document.Applications, (at, application) => ApplicationRules.Check(at, application, around));
        Each(top.Field("connections"), document.Connections, (at, connection) => ConnectionRules.Check(at, connection, around));
        Each(top.Field("users"), document.Users, (at, user) => UserRules.Check(at, user, around));
        Each(top.Field("organizations"), document.Organizations, (at, organization) => OrganizationRules.Check(at, organization, around));
        if (kind == EnvironmentKind.Production)
        {
            top.Errors.AddRange(CheckProduction(document.Connections ?? [], known));
        }

        CheckRepeated(top, document);
        return top.Errors;
    }

    /// <summary>Everything wrong with an application on its own.</summary>
    /// <param name="application">The whole record, after a change was merged into it.</param>
    /// <param name="known">What is stored already.</param>
    public static IReadOnlyList<FieldError> Check(ApplicationResource application, KnownResources known) =>
        Collect(application, at => ApplicationRules.Check(at, application, known));

    /// <summary>
    /// Everything wrong with a connection on its own. Blank credentials are fine: its callback address is needed before there are any.
    /// </summary>
    /// <param name="connection">The whole record, after a change was merged into it.</param>
    /// <param name="known">What is stored already.</param>
    public static IReadOnlyList<FieldError> Check(ConnectionResource connection, KnownResources known) =>
        Collect(connection, at => ConnectionRules.Check(at, connection, known));

    /// <summary>Everything wrong with a user on its own.</summary>
    /// <param name="user">The whole record, after a change was merged into it.</param>
    /// <param name="known">What is stored already.</param>
    public static IReadOnlyList<FieldError> Check(UserResource user, KnownResources known) => Collect(user, at => UserRules.Check(at, user, known));

    /// <summary>Everything wrong with an organization on its own.</summary>
    /// <param name="organization">The whole record, after a change was merged into it.</param>
    /// <param name="known">What is stored already.</param>
    public static IReadOnlyList<FieldError> Check(OrganizationResource organization, KnownResources known) =>
        Collect(organization, at => OrganizationRules.Check(at, organization, known));

    /// <summary>Everything wrong with an environment on its own; see also <see cref="CheckProduction"/>.</summary>
    /// <param name="environment">The whole record, after a change was merged into it.</param>
    public static IReadOnlyList<FieldError> Check(EnvironmentResource environment) => Collect(environment, at => CheckEnvironment(at, environment));

    /// <summary>What keeps an environment from going live: enabled connections without credentials of their own (D-9).</summary>
    /// <param name="connections">The environment's connections.</param>
    /// <param name="known">What is stored already.</param>
    public static IReadOnlyList<FieldError> CheckProduction(IReadOnlyList<ConnectionResource> connections, KnownResources known)
    {
        var top = new FieldScope([], "");
        Each(top.Field("connections"), connections, (at, connection) => ConnectionRules.CheckProduction(at, connection, known));
        return top.Errors;
    }

    /// <summary>What may be stored but deserves a word: settings to confirm, credentials that look wrong without certainty.</summary>
    /// <param name="document">What a resource file says.</param>
    public static IReadOnlyList<FieldError> Warnings(ResourceDocument document)
    {
        var top = new FieldScope([], "");
        Each(top.Field("connections"), document.Connections, ConnectionRules.Warn);
        return top.Errors;
    }

    /// <summary>What may be stored of one connection but deserves a word.</summary>
    /// <param name="connection">The whole record.</param>
    public static IReadOnlyList<FieldError> Warnings(ConnectionResource connection) => Collect(connection, at => ConnectionRules.Warn(at, connection));

    private static void CheckEnvironment(FieldScope at, EnvironmentResource environment)
    {
        if (environment.Slug is { } slug)
        {
            at.Field("slug").RefuseIf(FieldCode.Malformed, TextRules.Slug(slug));
        }

        TextRules.CheckLength(at.Field("display_name"), environment.DisplayName, 1, 100);
        CheckSessions(at.Field("sessions"), environment.Sessions ?? new());
        CheckSigningKeys(at.Field("signing_keys"), environment.SigningKeys ?? new());
        if (environment.SignInRetentionDays is < 1 or > 3_650)
        {
            at.Field("sign_in_retention_days").Refuse(FieldCode.OutOfRange, "timelines of sign-ins are kept for 1 to 3,650 days");
        }

        if (environment.AuditRetentionDays is < 0 or > 36_500)
        {
            at.Field("audit_retention_days").Refuse(FieldCode.OutOfRange, "the audit log is kept for 1 to 36,500 days, or with 0 for ever");
        }
    }

    private static void CheckSessions(FieldScope at, SessionsResource sessions)
    {
        if (sessions.Lifetime is < 300 or > 31_536_000)
        {
            at.Field("lifetime").Refuse(FieldCode.OutOfRange, "the lifetime must be 300 to 31,536,000 seconds");
        }

        if (sessions.IdleLifetime is < 0 or (> 0 and < 300) or > 31_536_000)
        {
            at.Field("idle_lifetime").Refuse(FieldCode.OutOfRange, "the idle lifetime must be 300 to 31,536,000 seconds, or 0 for none");
        }
    }

    private static void CheckSigningKeys(FieldScope at, SigningKeysResource keys)
    {
        if (keys.RotationDays is < 0 or > 3_650)
        {
            at.Field("rotation_days").Refuse(FieldCode.OutOfRange, "keys change after 1 to 3,650 days, or with 0 by command only");
        }

        if (keys.Overlap is < 300 or > 604_800)
        {
            at.Field("overlap").Refuse(FieldCode.OutOfRange, "the overlap must be 300 to 604,800 seconds");
        }
    }

    private static void CheckRepeated(FieldScope top, ResourceDocument document)
    {
        top.Field("applications").RefuseRepeated((document.Applications ?? []).Select(application => application.ClientId), "client_id");
        top.Field("connections").RefuseRepeated((document.Connections ?? []).Select(connection => connection.Slug), "slug");
        top.Field("users").RefuseRepeated((document.Users ?? []).Select(user => user.Username), "username", StringComparer.OrdinalIgnoreCase);
        top.Field("users").RefuseRepeated((document.Users ?? []).Select(user => user.Email), "email", StringComparer.OrdinalIgnoreCase);
        top.Field("organizations").RefuseRepeated((document.Organizations ?? []).Select(organization => organization.Slug), "slug");
        OrganizationRules.CheckDomains(top.Field("organizations"), document.Organizations ?? []);
    }

    private static KnownResources Around(ResourceDocument document, KnownResources known, EnvironmentKind kind)
    {
        var connections = (document.Connections ?? []).ToLookup(connection => connection.Slug ?? "", StringComparer.Ordinal);
        var names = (document.Users ?? []).SelectMany(user => new[] { user.Username, user.Email });
        var users = names.OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        return known with
        {
            Kind = kind,
            FindConnection = slug => connections[slug].FirstOrDefault() ?? known.FindConnection(slug),
            HasUser = name => users.Contains(name) || known.HasUser(name),
        };
    }

    private static void Each<T>(FieldScope list, IReadOnlyList<T>? entries, Action<FieldScope, T> check)
    {
        foreach (var (index, entry) in (entries ?? []).Index())
        {
            check(list.Item(index), entry);
        }
    }

    private static List<FieldError> Collect(object record, Action<FieldScope> check)
    {
        var top = new FieldScope([], "");
        if (!MissingEntries.Refuse(top, record))
        {
            check(top);
        }

        return top.Errors;
    }
}
