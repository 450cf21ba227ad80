using System.Text.RegularExpressions;
using Xenios.Sdk;

namespace Xenios.Server.Resources;

/// <summary>
/// Which extra parameters may go to a provider's authorization page (A8, threat B09): none that this server sets itself, in any spelling.
/// </summary>
internal static partial class UpstreamParameterRules
{
    /// <summary>Most parameters of one connection.</summary>
    public const int MaxCount = 20;

    /// <summary>Longest fixed value.</summary>
    public const int MaxValueLength = 1024;

    /// <summary>Parameters of the authorization request that may be copied.</summary>
    public static readonly IReadOnlyList<string> Aliases = ["prompt", "login_hint"];

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "client_id", "client_secret", "client_assertion", "client_assertion_type", "redirect_uri", "response_type", "response_mode", "state", "nonce", "scope", "code",
        "code_challenge", "code_challenge_method", "code_verifier", "grant_type", "request", "request_uri", "audience", "resource", "id_token_hint", "claims", "iss",
    };

    /// <summary>Refuses what is wrong with the parameters of a connection.</summary>
    /// <param name="at">Where they stand.</param>
    /// <param name="parameters">Parameters by the name they are sent under.</param>
    public static void Check(FieldScope at, IReadOnlyDictionary<string, UpstreamParameterResource>? parameters)
    {
        if (parameters is null)
        {
            return;
        }

        if (parameters.Count > MaxCount)
        {
            at.Refuse(FieldCode.OutOfRange, "at most 20 extra parameters are sent");
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, parameter) in parameters)
        {
            CheckName(at.Field(name), name);
            if (!seen.Add(name))
            {
                at.Field(name).Refuse(FieldCode.Duplicate, "this name stands twice, in different case");
            }

            CheckValue(at.Field(name), parameter);
        }
    }

    /// <summary>
    /// Whether this server sets the parameter itself, however the name is spelt: any case, percent-encoded, with an index in brackets.
    /// </summary>
    /// <param name="name">The name as written.</param>
    public static bool IsReserved(string name)
    {
        var plain = Uri.UnescapeDataString(name.Replace('+', ' ')).Split('[')[0].Trim();
        return Reserved.Contains(plain)
            || plain.StartsWith("oauth_", StringComparison.OrdinalIgnoreCase)
            || plain.StartsWith("code_challenge", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a parameter may be sent under this name.</summary>
    /// <param name="name">The name as written.</param>
    public static bool IsAllowed(string name) => !IsReserved(name) && NameForm().IsMatch(name);

    private static void CheckName(FieldScope at, string name)
    {
        if (IsReserved(name))
        {
            at.Refuse(FieldCode.Reserved, "this server sets the parameter itself");
        }
        else if (!NameForm().IsMatch(name))
        {
            at.Refuse(FieldCode.Malformed, "a parameter's name is a letter, then up to 63 letters, digits and _ . -");
        }
    }

    private static void CheckValue(FieldScope at, UpstreamParameterResource? parameter)
    {
        switch (parameter)
        {
            case null or { Value: null, Alias: null }:
                at.Refuse(FieldCode.Required, "a parameter has either a value or an alias");
                break;
            case { Value: not null, Alias: not null }:
                at.Refuse(FieldCode.Conflict, "a parameter has either a value or an alias, not both");
                break;
            case { Alias: { } alias } when !Aliases.Contains(alias, StringComparer.Ordinal):
                at.Field("alias").Refuse(FieldCode.Unknown, "only prompt and login_hint can be copied from the request");
                break;
            case { Value.Length: > MaxValueLength }:
                at.Field("value").Refuse(FieldCode.OutOfRange, "a value may have 1,024 characters");
                break;
            case { Value: { } value } when value.Any(char.IsControl):
                at.Field("value").Refuse(FieldCode.Malformed, "control characters are not allowed");
                break;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
