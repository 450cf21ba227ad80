using Xenios.Sdk;
using Xenios.Server.Users;

namespace Xenios.Server.Resources;

/// <summary>Which users may be stored.</summary>
internal static class UserRules
{
    /// <summary>Most attributes of a user.</summary>
    public const int MostAttributes = 100;

    /// <summary>Refuses what is wrong with a user.</summary>
    /// <param name="at">Where the user stands.</param>
    /// <param name="user">The user.</param>
    /// <param name="known">How an address is recognised.</param>
    /// <param name="needsName">Whether a user name or an address is needed; not where an identity names the person.</param>
    public static void Check(FieldScope at, UserResource user, KnownResources known, bool needsName = true)
    {
        var (hasName, hasEmail) = (!string.IsNullOrEmpty(user.Username), !string.IsNullOrEmpty(user.Email));
        if (needsName && !hasName && !hasEmail)
        {
            at.Refuse(FieldCode.Required, "a user needs a username or an email");
        }

        if (hasName && !Usernames.IsWellFormed(user.Username))
        {
            // No @: a username that looks like somebody else's address would sign in as if it were.
            at.Field("username").Refuse(
                FieldCode.Malformed,
                "a username is 1 to 64 of A–Z, a–z, 0–9 and . _ -, and begins with a letter, digit or _");
        }

        if (hasEmail && !known.IsEmailAddress(user.Email!))
        {
            at.Field("email").Refuse(FieldCode.Malformed, "this is not an email address");
        }

        if (user.EmailVerified == true && !hasEmail)
        {
            at.Field("email_verified").Refuse(FieldCode.Conflict, "there is no email to be verified");
        }

        CheckPassword(at, user);
        if (user.Attributes is { Count: > MostAttributes })
        {
            at.Field("attributes").Refuse(FieldCode.OutOfRange, $"at most {MostAttributes} attributes");
        }

        AttributeRules.CheckValues(at.Field("attributes"), user.Attributes);
    }

    private static void CheckPassword(FieldScope at, UserResource user)
    {
        if (user is { Password: not null, PasswordHash: not null })
        {
            at.Field("password_hash").Refuse(FieldCode.Conflict, "give a password or a password_hash, not both");
        }

        if (user.Password is { Length: < 8 or > 256 })
        {
            at.Field("password").Refuse(FieldCode.OutOfRange, "a password has 8 to 256 characters");
        }

        if (user.PasswordHash is { Length: 0 or > Passwords.MaxHashLength })
        {
            at.Field("password_hash").Refuse(FieldCode.OutOfRange, "a password_hash has 1 to 512 characters");
        }
        else if (user.PasswordHash is { } hash && Passwords.Mistake(hash) is { } mistake)
        {
            at.Field("password_hash").Refuse(FieldCode.NotAllowed, mistake);
        }
    }
}
