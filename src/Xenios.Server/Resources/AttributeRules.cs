using System.Text.RegularExpressions;
using Xenios.Sdk;
using Xenios.Server.Users;

namespace Xenios.Server.Resources;

/// <summary>
/// Which local attributes may be filled from outside (threats C02, C03, C05): never a protocol claim, an identifier, a flag or a right.
/// </summary>
internal static partial class AttributeRules
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        // Protocol claims (RFC 7519 §4.1, RFC 9068 §2.2, RFC 8693 §4, OpenID Connect Core §2 and §3.1.3.6, Back-Channel Logout §2.4).
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "azp", "acr", "amr", "auth_time", "nonce", "at_hash", "c_hash", "s_hash", "sid", "typ", "cnf",
        "scope", "scp", "client_id", "act", "may_act", "events", "token_use", "updated_at",

        // Identifiers and flags that follow rules of their own.
        "id", "username", "email", "email_verified", "phone_number", "phone_number_verified", "x_id", "x_handle", "status",
        "password", "password_hash", "is_admin", "admin",

        // Rights.
        "role", "roles", "group", "groups", "permission", "permissions", "entitlements",
        "org_code", "org_codes", "org_id", "organization", "organizations", "feature_flags",
    };

    /// <summary>Whether an attribute of this name can never be filled from outside.</summary>
    /// <param name="local">The local name.</param>
    public static bool IsReserved(string local) => Reserved.Contains(local);

    /// <summary>Refuses what is wrong with a connection's mappings.</summary>
    /// <param name="at">Where they stand.</param>
    /// <param name="mappings">The mappings.</param>
    public static void CheckMappings(FieldScope at, IReadOnlyList<AttributeMappingResource>? mappings)
    {
        foreach (var (index, mapping) in (mappings ?? []).Index())
        {
            CheckExternal(at.Item(index).Field("external"), mapping.External);
            if (mapping.Local != LocalAttributes.Groups)
            {
                CheckLocal(at.Item(index).Field("local"), mapping.Local);
            }

            TextRules.CheckLength(at.Item(index).Field("default"), mapping.Default, 0, 1024);
        }

        at.RefuseRepeated((mappings ?? []).Select(mapping => mapping.External), "external");
        at.RefuseRepeated((mappings ?? []).Select(mapping => mapping.Local), "local", StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Refuses what is wrong with an environment's own attributes.</summary>
    /// <param name="at">Where they stand.</param>
    /// <param name="attributes">The attributes.</param>
    public static void CheckOwn(FieldScope at, IReadOnlyList<AttributeResource>? attributes)
    {
        if (attributes is { Count: > 100 })
        {
            at.Refuse(FieldCode.OutOfRange, "at most 100 attributes of your own");
        }

        foreach (var (index, attribute) in (attributes ?? []).Index())
        {
            var name = at.Item(index).Field("name");
            CheckLocal(name, attribute.Name);
            if (attribute.Name is not null && LocalAttributes.Standard.ContainsKey(attribute.Name))
            {
                name.Refuse(FieldCode.Reserved, "this standard claim is there already");
            }
        }

        at.RefuseRepeated((attributes ?? []).Select(attribute => attribute.Name), "name", StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Refuses what is wrong with link rules: more than two, or a local attribute that several users may share (D2).</summary>
    /// <param name="at">Where they stand.</param>
    /// <param name="rules">The rules.</param>
    public static void CheckLinkRules(FieldScope at, IReadOnlyList<LinkRuleResource>? rules)
    {
        if (rules is { Count: > 2 })
        {
            at.Refuse(FieldCode.OutOfRange, "at most two link rules are tried");
        }

        foreach (var (index, rule) in (rules ?? []).Index())
        {
            CheckExternal(at.Item(index).Field("external"), rule.External);
            if (rule.Local is not ("email" or "username"))
            {
                at.Item(index).Field("local").Refuse(FieldCode.NotAllowed, "users are found by what no two of them share: email or username");
            }
        }
    }

    /// <summary>Refuses what is wrong with the attributes of a user.</summary>
    /// <param name="at">Where they stand.</param>
    /// <param name="attributes">Values by name.</param>
    public static void CheckValues(FieldScope at, IReadOnlyDictionary<string, string>? attributes)
    {
        foreach (var (name, value) in attributes ?? new Dictionary<string, string>())
        {
            CheckLocal(at.Field(name), name);
            TextRules.CheckLength(at.Field(name), value, 0, 1024);
        }
    }

    private static void CheckExternal(FieldScope at, string? external)
    {
        if (string.IsNullOrEmpty(external))
        {
            at.Refuse(FieldCode.Required, "the attribute's name at the provider is needed");
        }
        else if (external.Length > 128 || external.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            at.Refuse(FieldCode.Malformed, "an external attribute's name has 1 to 128 characters without blanks");
        }
    }

    private static void CheckLocal(FieldScope at, string? local)
    {
        if (string.IsNullOrEmpty(local))
        {
            at.Refuse(FieldCode.Required, "the attribute's name here is needed");
        }
        else if (IsReserved(local))
        {
            at.Refuse(FieldCode.Reserved, "this name belongs to the protocol or to this server and cannot be filled from outside");
        }
        else if (!LocalForm().IsMatch(local))
        {
            at.Refuse(FieldCode.Malformed, "a local attribute's name is a letter, then up to 63 letters, digits and _");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LocalForm();
}
