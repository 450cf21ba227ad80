using System.Text.Json.Nodes;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Management;
using Xenios.Server.Resources;

namespace Xenios.Server.Users;

/// <summary>What a merge patch makes of a user: pure, and the same for a new user, a changed one and a line of an import.</summary>
internal static class UserPatch
{
    private static readonly KnownResources Known = new(text => EmailAddress.Parse(text) is not null);

    /// <summary>Reads a patch by itself, so that what cannot be read is refused before anything else is done.</summary>
    /// <param name="patch">What was sent.</param>
    public static Result<UserResource, Problem> Read(JsonObject patch) => RequestBody.Bind<UserResource>(WithoutNulls(patch));

    /// <summary>Applies a patch (RFC 7396). Only what it changes is held against the rules: what is stored may be older than they are.</summary>
    /// <param name="before">The user as stored; a fresh one for a new user.</param>
    /// <param name="patch">Fields of <see cref="UserResource"/>; null removes.</param>
    /// <param name="passwordHash">Hash of the password in it, worked out before; not looked at where it names none.</param>
    /// <param name="hasIdentity">Whether an identity names the person, so that neither a user name nor an address is needed.</param>
    /// <returns>The user as it is to be stored, or what stands against it.</returns>
    public static Result<UserRow, Problem> Apply(UserRow before, JsonObject patch, string? passwordHash, bool hasIdentity)
    {
        var current = Representation.AsObject(before.ToResource(), XeniosJson.Default.UserResource);
        if (!RequestBody.Bind<UserResource>(RequestBody.Merge(current, patch)).TryGet(out var merged, out var problem))
        {
            return problem;
        }

        var (username, text) = (Blank(merged.Username), Blank(merged.Email));
        var email = EmailAddress.Parse(text);
        var sameAddress = email is not null && email.Key == before.EmailKey;

        // Another address is not confirmed because the former one was.
        var verified = merged.EmailVerified == true && (sameAddress || patch.ContainsKey("email_verified"));
        var errors = Check(before, merged, username, text, verified);
        if (username is null && text is null && !hasIdentity)
        {
            errors.Add(new FieldError("", FieldCode.Required, "a user needs a username, an email or an identity"));
        }

        return errors.Count > 0 ? Problem.Refused(errors) : before with
        {
            Username = username,
            UsernameKey = username is null ? null : Usernames.Key(username),
            Email = text is not null && text == before.Email ? before.Email : email?.Text,
            EmailKey = text is not null && text == before.Email ? before.EmailKey : email?.Key,
            EmailVerified = verified ? 1 : 0,
            EmailVerifiedBy = !verified ? null : sameAddress && before.EmailVerified == 1 ? before.EmailVerifiedBy : "administrator",
            PasswordHash = patch.ContainsKey("password") || patch.ContainsKey("password_hash") ? passwordHash : before.PasswordHash,
            Status = merged.Status is UserStatus.Blocked ? "blocked" : "active",
            SignInToLink = merged.SignInToLink == true ? 1 : 0,
            Attributes = Same(before, merged) ? before.Attributes : AccountWriter.WriteAttributes(merged.Attributes ?? new Dictionary<string, string>()),
        };
    }

    /// <summary>The attributes that differ between two states of a user, an empty text for one that is gone.</summary>
    /// <param name="before">One.</param>
    /// <param name="after">The other.</param>
    public static Dictionary<string, string> Changed(UserRow before, UserRow after) =>
        Changed(AccountLookup.ReadAttributes(before.Attributes), AccountLookup.ReadAttributes(after.Attributes));

    private static Dictionary<string, string> Changed(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name))
            .ToDictionary(name => name, name => after.GetValueOrDefault(name, ""), StringComparer.Ordinal);

    private static bool Same(UserRow before, UserResource merged) =>
        Changed(AccountLookup.ReadAttributes(before.Attributes), merged.Attributes ?? new Dictionary<string, string>()).Count == 0;

    private static List<FieldError> Check(UserRow before, UserResource merged, string? username, string? email, bool verified)
    {
        var attributes = merged.Attributes ?? new Dictionary<string, string>();
        var stored = AccountLookup.ReadAttributes(before.Attributes);

        // An export holds user names that were made from addresses (username_source: email); nobody else's address can be one.
        var ownAddress = verified && username is not null && EmailAddress.Parse(username)?.Key is { } key && key == EmailAddress.Parse(email)?.Key;
        var errors = new List<FieldError>();
        UserRules.Check(
            new FieldScope(errors, ""),
            merged with
            {
                Username = username == before.Username || ownAddress ? null : username,
                Email = email == before.Email ? null : email,
                EmailVerified = email is null ? merged.EmailVerified == true && verified : null,
                Attributes = attributes.Where(entry => stored.GetValueOrDefault(entry.Key) != entry.Value).ToDictionary(StringComparer.Ordinal),
            },
            Known,
            needsName: false);
        if (attributes.Count > UserRules.MostAttributes && attributes.Count > stored.Count && !errors.Exists(error => error.Path == "attributes"))
        {
            errors.Add(new FieldError("attributes", FieldCode.OutOfRange, $"at most {UserRules.MostAttributes} attributes"));
        }

        return errors;
    }

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static JsonObject WithoutNulls(JsonObject patch)
    {
        var kept = new JsonObject();
        foreach (var (name, value) in patch)
        {
            if (value is not null)
            {
                kept[name] = value is JsonObject inner ? WithoutNulls(inner) : value.DeepClone();
            }
        }

        return kept;
    }
}
