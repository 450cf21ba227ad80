using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>A local account (contract §3, <c>users</c>; §5).</summary>
public record UserResource
{
    /// <summary>
    /// Name to sign in with: 1 to 64 of A–Z, a–z, 0–9 and <c>. _ -</c>; unique without regard to case. This or <see cref="Email"/> is required.
    /// </summary>
    public string? Username { get; init; }

    /// <summary>Address, unique in the environment, at most 254 characters.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the address is known to belong to the person. Default false.</summary>
    public bool? EmailVerified { get; init; }

    /// <summary>Password in the clear, write-only, 8 to 256 characters. Not together with <see cref="PasswordHash"/>.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Imported password hash, write-only, at most 512 characters: PBKDF2 as ASP.NET Core Identity writes it. One of another scheme matches no password. Not together with <see cref="Password"/>.
    /// </summary>
    public string? PasswordHash { get; init; }

    /// <summary>Profile attributes by name, values at most 1,024 characters; no protocol claim, identifier or right. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>
    /// Whether nothing is connected with the account by its email alone: the person signs in to it as well (threats A12). For accounts with rights or a second
    /// factor. Default false.
    /// </summary>
    public bool? SignInToLink { get; init; }

    /// <summary>Whether the person may sign in. Default <see cref="UserStatus.Active"/>.</summary>
    public UserStatus? Status { get; init; }

    /// <summary>The account's kind and name; never its password.</summary>
    public override string ToString() => $"user {Username}";
}

/// <summary>Whether a person may sign in (contract §5).</summary>
[JsonConverter(typeof(WireNameConverter<UserStatus>))]
public enum UserStatus
{
    /// <summary><c>active</c>.</summary>
    Active,

    /// <summary><c>blocked</c>: every sign-in is refused.</summary>
    Blocked,
}
