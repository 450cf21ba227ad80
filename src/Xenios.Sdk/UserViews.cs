namespace Xenios.Sdk;

/// <summary>A user as the management API shows it (contract §5): never a password or its hash.</summary>
public sealed record UserView
{
    /// <summary>Id, the <c>sub</c> of tokens.</summary>
    public required string Id { get; init; }

    /// <summary>Name to sign in with.</summary>
    public string? Username { get; init; }

    /// <summary>Address.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the address is known to belong to the person.</summary>
    public required bool EmailVerified { get; init; }

    /// <summary>Whether the person may sign in.</summary>
    public required UserStatus Status { get; init; }

    /// <summary>Profile attributes by name.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>Slug of the connection that made the account and keeps what it copied; null for none.</summary>
    public string? ManagedBy { get; init; }

    /// <summary>Whether the person signs in to the account before anything is connected with it.</summary>
    public required bool SignInToLink { get; init; }

    /// <summary>Whether it has a password.</summary>
    public required bool HasPassword { get; init; }

    /// <summary>Names of its groups.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The last sign-in that is known: by an identity, or in a session that lives; null for none.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }
}

/// <summary>A page of users.</summary>
/// <param name="Items">The users.</param>
/// <param name="NextCursor">What <c>?cursor=</c> gives the next page; null after the last one.</param>
public sealed record UserList(IReadOnlyList<UserView> Items, string? NextCursor);

/// <summary>An identity at an upstream that is connected with a user (contract §5).</summary>
public sealed record IdentityView
{
    /// <summary>Id.</summary>
    public required string Id { get; init; }

    /// <summary>Slug of its connection.</summary>
    public required string Connection { get; init; }

    /// <summary>Upstream issuer, <c>https://x.com</c> for X; <c>sandbox</c> for people of the X sandbox.</summary>
    public required string Issuer { get; init; }

    /// <summary>Id at the upstream; for X the numeric one.</summary>
    public required string Subject { get; init; }

    /// <summary>Handle without @.</summary>
    public string? Handle { get; init; }

    /// <summary>Address the upstream gave; in an export of a person only.</summary>
    public string? Email { get; init; }

    /// <summary>When it was connected.</summary>
    public required DateTimeOffset LinkedAt { get; init; }

    /// <summary>When it was last signed in with; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>Identities of a user, at most one per connection.</summary>
/// <param name="Items">The identities, the oldest first.</param>
public sealed record IdentityList(IReadOnlyList<IdentityView> Items);

/// <summary>An identity to be connected with a user by an administrator.</summary>
public sealed record IdentityResource
{
    /// <summary>Slug of the connection.</summary>
    public string? Connection { get; init; }

    /// <summary>Id at the upstream; for X the numeric one, 1 to 20 digits.</summary>
    public string? Subject { get; init; }

    /// <summary>Handle without @, 1 to 15 of A–Z, a–z, 0–9 and _; shown until the first sign-in says what it is.</summary>
    public string? Handle { get; init; }
}

/// <summary>A handle that an identity had.</summary>
/// <param name="Handle">Without @.</param>
/// <param name="SeenFrom">Since when it was seen.</param>
/// <param name="SeenUntil">Since when it was no longer; null for the present one.</param>
public sealed record HandleView(string Handle, DateTimeOffset SeenFrom, DateTimeOffset? SeenUntil);

/// <summary>Handles of an identity.</summary>
/// <param name="Items">At most the 100 newest, the newest first.</param>
public sealed record HandleList(IReadOnlyList<HandleView> Items);

/// <summary>A browser in which a user is signed in.</summary>
public sealed record SessionView
{
    /// <summary>Public id, the <c>sid</c> claim.</summary>
    public required string Id { get; init; }

    /// <summary>Base URL of the host it belongs to.</summary>
    public required string Host { get; init; }

    /// <summary>Slug of the connection the person came by; null for a way in of this server itself.</summary>
    public string? Connection { get; init; }

    /// <summary>When the person signed in.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>When it was last used, to within a few minutes.</summary>
    public required DateTimeOffset LastUsedAt { get; init; }

    /// <summary>When it ends unless it is used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Sessions of a user.</summary>
/// <param name="Items">At most the 100 last used, the last used first.</param>
public sealed record SessionList(IReadOnlyList<SessionView> Items);

/// <summary>What a person allowed an application.</summary>
/// <param name="ClientId">The application.</param>
/// <param name="Resource">The API; empty for this server's own userinfo.</param>
/// <param name="Scopes">Scopes, separated by blanks.</param>
/// <param name="GrantedAt">When it was first allowed.</param>
public sealed record ConsentView(string ClientId, string Resource, string Scopes, DateTimeOffset GrantedAt);

/// <summary>An application's standing permission to act for a person: a chain of refresh tokens.</summary>
/// <param name="ClientId">The application.</param>
/// <param name="Scopes">Scopes, separated by blanks.</param>
/// <param name="AuthTime">When the person had signed in for it.</param>
/// <param name="ExpiresAt">When it ends unless it is used.</param>
public sealed record GrantView(string ClientId, string Scopes, DateTimeOffset AuthTime, DateTimeOffset ExpiresAt);

/// <summary>Everything that is held about a person, without secrets.</summary>
public sealed record UserExport
{
    /// <summary>The account.</summary>
    public required UserView User { get; init; }

    /// <summary>Other subjects under which applications know the person.</summary>
    public required IReadOnlyList<string> Subjects { get; init; }

    /// <summary>Identities, with the addresses that upstreams gave.</summary>
    public required IReadOnlyList<IdentityView> Identities { get; init; }

    /// <summary>Every handle that was seen, also of identities that were disconnected.</summary>
    public required IReadOnlyList<HandleView> Handles { get; init; }

    /// <summary>Browsers.</summary>
    public required IReadOnlyList<SessionView> Sessions { get; init; }

    /// <summary>What was allowed.</summary>
    public required IReadOnlyList<ConsentView> Consents { get; init; }

    /// <summary>Standing permissions.</summary>
    public required IReadOnlyList<GrantView> Grants { get; init; }
}

/// <summary>A line of an import or export of users: a user with its identities.</summary>
public sealed record UserImport : UserResource
{
    /// <summary>Id to keep, <c>usr_</c> and 8 to 64 of a–z and 0–9; without one the user is found by name, identity or address, or gets a new id.</summary>
    public string? Id { get; init; }

    /// <summary>Identities, at most one per connection and 20 in all.</summary>
    public IReadOnlyList<IdentityResource>? Identities { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"user {Username}";
}

/// <summary>What became of an import.</summary>
/// <param name="Created">Users that are new.</param>
/// <param name="Updated">Users that were there and changed.</param>
/// <param name="Unchanged">Users that were there as the line says.</param>
/// <param name="Refused">Lines that were left out, each with its first mistake.</param>
public sealed record ImportResult(int Created, int Updated, int Unchanged, IReadOnlyList<ImportRefusal> Refused);

/// <summary>A line that was left out.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Field">Path of the field; empty for the whole line.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record ImportRefusal(int Line, string Field, string Code, string Message);
