using System.Globalization;

namespace Xenios.XSandbox.People;

/// <summary>What X knows about the address of an account. Only a confirmed one is ever given to an app.</summary>
internal enum EmailState
{
    None,
    Unconfirmed,
    Confirmed,
}

/// <summary>One X account of the sandbox.</summary>
internal sealed record Person
{
    private const long SnowflakeEpoch = 1_288_834_974_657;

    /// <summary>The short name that buttons and scripts use, such as <c>ada</c>.</summary>
    public required string Key { get; init; }

    /// <summary>X's id: digits, up to 19, never a number in JSON of the second version.</summary>
    public required string Id { get; init; }

    public required string Username { get; init; }

    /// <summary>The handle before the last change; null when it never changed.</summary>
    public string? PreviousUsername { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public EmailState EmailState { get; init; }

    public string ProfileImageUrl { get; init; } = DefaultImage;

    public string Description { get; init; } = "";

    public string Location { get; init; } = "";

    public string? Url { get; init; }

    /// <summary><c>blue</c>, <c>business</c>, <c>government</c> or <c>none</c>.</summary>
    public string VerifiedType { get; init; } = "none";

    public bool Protected { get; init; }

    public bool Suspended { get; init; }

    public bool Locked { get; init; }

    /// <summary>Whether this person answers every consent page with no.</summary>
    public bool Refuses { get; init; }

    public const string DefaultImage = "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png";

    public string? ConfirmedEmail => EmailState == EmailState.Confirmed ? Email : null;

    public bool HasDefaultImage => ProfileImageUrl.StartsWith("https://abs.twimg.com/", StringComparison.Ordinal);

    /// <summary>When the account was made: a snowflake id says so itself, the short ids of X's first years do not.</summary>
    public DateTimeOffset CreatedAt =>
        Id.Length < 10
            ? new DateTimeOffset(2007, 3, 21, 20, 50, 14, TimeSpan.Zero)
            : DateTimeOffset.FromUnixTimeSeconds(((long.Parse(Id, CultureInfo.InvariantCulture) >> 22) + SnowflakeEpoch) / 1000);

    /// <summary>An id that X could give now.</summary>
    public static string NewId(DateTimeOffset now) =>
        (((now.ToUnixTimeMilliseconds() - SnowflakeEpoch) << 22) | (long)System.Security.Cryptography.RandomNumberGenerator.GetInt32(1 << 22))
        .ToString(CultureInfo.InvariantCulture);
}
