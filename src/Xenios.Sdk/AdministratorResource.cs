using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>Whom to make an administrator: a user that exists, or an email with a password. One of <see cref="UserId"/> and <see cref="Email"/> is needed.</summary>
public sealed record AdministratorResource
{
    /// <summary>Id of a user of the default environment.</summary>
    public string? UserId { get; init; }

    /// <summary>Address of a user; one that nobody has confirmed makes a new user, who counts as its owner.</summary>
    public string? Email { get; init; }

    /// <summary>Password of that user, write-only, 8 to 256 characters: needed for a new one, and the new password of one that exists.</summary>
    public string? Password { get; init; }

    /// <summary>Never the password.</summary>
    public override string ToString() => $"administrator {UserId ?? Email}";
}

/// <summary>An administrator as the management API shows it.</summary>
public sealed record AdministratorView
{
    /// <summary>Id of the user; the administrator's id as well.</summary>
    public required string UserId { get; init; }

    /// <summary>Name as people read it; absent where the user has none.</summary>
    public string? Name { get; init; }

    /// <summary>Address; absent where the user has none.</summary>
    public string? Email { get; init; }

    /// <summary>Status of the user: a blocked administrator may do nothing.</summary>
    public required UserStatus Status { get; init; }

    /// <summary>Whether the person can sign in to the console: active, with a password, and a user name or a confirmed email. One such administrator always stays.</summary>
    public required bool MaySignIn { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Who added the administrator, as the audit log names callers; <c>setup</c> for who used a setup link.</summary>
    public required string AddedBy { get; init; }
}

/// <summary>The administrators, the first one first.</summary>
/// <param name="Items">At most 100.</param>
public sealed record AdministratorList(IReadOnlyList<AdministratorView> Items);

/// <summary>A link that makes an administrator, shown in the one answer that made it.</summary>
/// <param name="Url">Opens the page; works once.</param>
/// <param name="ExpiresAt">Until when, 30 minutes after it was made.</param>
public sealed record SetupLinkView(string Url, DateTimeOffset ExpiresAt)
{
    /// <summary>Never the link.</summary>
    public override string ToString() => $"setup link until {ExpiresAt:O}";
}

/// <summary>Who calls the management API, and what the console has to know of the server before anything else.</summary>
public sealed record MeView
{
    /// <summary>What kind of caller.</summary>
    public required CallerKind Kind { get; init; }

    /// <summary>The caller as the audit log names it: <c>operator</c>, <c>administrator:</c> with a user id, or <c>application:</c> with a client id.</summary>
    public required string Caller { get; init; }

    /// <summary>Name of an administrator as people read it; absent without one.</summary>
    public string? Name { get; init; }

    /// <summary>Address of an administrator; absent without one.</summary>
    public string? Email { get; init; }

    /// <summary>What the caller may do: <c>manage:read</c>, <c>manage:write</c>, and <c>manage:server</c> for what is no environment's (environments, administrators).</summary>
    public required IReadOnlyList<string> Permissions { get; init; }

    /// <summary>When an administrator has to sign in again, 12 hours after the last time; absent for other callers.</summary>
    public DateTimeOffset? SignInAgainAt { get; init; }

    /// <summary>The environments within the caller's reach, the default one first.</summary>
    public required IReadOnlyList<ReachableEnvironment> Environments { get; init; }

    /// <summary>The server.</summary>
    public required ServerView Server { get; init; }
}

/// <summary>An environment within a caller's reach.</summary>
/// <param name="Slug">Its slug.</param>
/// <param name="DisplayName">Its name as people read it.</param>
/// <param name="Kind">Whether real people depend on it.</param>
/// <param name="IsDefault">Whether the bare host is this environment.</param>
/// <param name="BasePath">What the paths of its management API begin with: <c>/api/v1</c> or <c>/e/{slug}/api/v1</c>.</param>
public sealed record ReachableEnvironment(string Slug, string DisplayName, EnvironmentKind Kind, bool IsDefault, string BasePath);

/// <summary>What the console shows of a server.</summary>
/// <param name="Version">Version of the program.</param>
/// <param name="Url">The setting <c>Url</c>: the address people and applications know.</param>
/// <param name="SandboxUrl">Page of the X sandbox; absent while it is off.</param>
/// <param name="MailConfigured">Whether mail leaves by SMTP; otherwise it is shown in the built-in mailbox, if anywhere .</param>
public sealed record ServerView(string Version, string Url, string? SandboxUrl, bool MailConfigured);

/// <summary>What kind of caller.</summary>
[JsonConverter(typeof(WireNameConverter<CallerKind>))]
public enum CallerKind
{
    /// <summary><c>operator</c>: whoever can read <c>operator.json</c>.</summary>
    Operator,

    /// <summary><c>administrator</c>: a person in the console.</summary>
    Administrator,

    /// <summary><c>application</c>: a machine with an access token.</summary>
    Application,
}
