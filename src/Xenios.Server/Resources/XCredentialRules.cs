using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using Xenios.Sdk;
using Xenios.Server.Connections;

namespace Xenios.Server.Resources;

/// <summary>
/// Recognises credentials of X in the wrong field before X does, who says nothing useful about them (x-platform.md §1.2, XD-01 to XD-05).
/// </summary>
internal static partial class XCredentialRules
{
    private const int MaxLength = 512;

    /// <summary>Refuses incomplete pairs, and values that certainly belong elsewhere.</summary>
    /// <param name="at">Where the connection stands.</param>
    /// <param name="connection">A connection to X.</param>
    /// <param name="known">Whether it has its secret already.</param>
    public static void Check(FieldScope at, ConnectionResource connection, KnownResources known)
    {
        CheckForm(at.Field("client_id"), connection.ClientId);
        CheckForm(at.Field("client_secret"), connection.ClientSecret);
        CheckForm(at.Field("api_key"), connection.ApiKey);
        CheckForm(at.Field("api_key_secret"), connection.ApiKeySecret);
        foreach (var (name, value) in new[] { ("client_id", connection.ClientId), ("api_key", connection.ApiKey) })
        {
            if (value is not null && AccessTokenForm().IsMatch(value))
            {
                at.Field(name).Refuse(
                    FieldCode.WrongCredentials,
                    "this is an access token of the app's owner, which is never used for sign-in; OAuth 2.0 needs the Client ID and Client " +
                    "Secret, OAuth 1.0a the API Key and API Key Secret");
            }
        }

        if (connection.ApiKey is { } key && AppType(key) is not null)
        {
            at.Field("api_key").Refuse(
                FieldCode.WrongCredentials,
                "this is an OAuth 2.0 Client ID; OAuth 1.0a needs the API Key and API Key Secret (consumer keys) of the same app, or set " +
                "protocol: oauth2 and enter it as client_id");
        }

        var stored = known.HasUpstreamSecret(connection.Slug ?? "", connection.ApiKey);
        Pair(at, "client_id", connection.ClientId, "client_secret", connection.ClientSecret, secretNeeded: false);
        Pair(at, "api_key", connection.ApiKey, "api_key_secret", connection.ApiKeySecret, secretNeeded: connection.ApiKeySecret is not null || !stored);
    }

    /// <summary>Names credentials that are probably in the wrong place, or do not fit the type of the X app.</summary>
    /// <param name="at">Where the connection stands.</param>
    /// <param name="connection">A connection to X.</param>
    public static void Warn(FieldScope at, ConnectionResource connection)
    {
        if (connection.ClientId is { Length: > 0 } id && ConnectionPolicy.From(connection).Protocol == ConnectionProtocol.OAuth2)
        {
            var (type, hasSecret) = (AppType(id), !string.IsNullOrEmpty(connection.ClientSecret));
            if (type is null && ApiKeyForm().IsMatch(id))
            {
                at.Field("client_id").Refuse(
                    FieldCode.WrongCredentials,
                    "this looks like an API Key; OAuth 2.0 needs the Client ID and Client Secret from Keys and tokens at X");
            }
            else if (type == "ci" && !hasSecret)
            {
                at.Field("client_secret").Refuse(
                    FieldCode.WrongAppType,
                    "this X app is a Web App or Bot and has a Client Secret; enter it, or make the app a Native App at X");
            }
            else if (type == "na" && hasSecret)
            {
                at.Field("client_secret").Refuse(
                    FieldCode.WrongAppType,
                    "this X app is a Native App, which has no Client Secret; leave it blank, or make the app a Web App at X");
            }
        }

        foreach (var (name, host) in new[] { ("web", connection.Hosts?.Web), ("api", connection.Hosts?.Api) })
        {
            if (host is not null && host.Contains("twitter.com", StringComparison.OrdinalIgnoreCase))
            {
                at.Field("hosts").Field(name).Refuse(
                    FieldCode.Malformed,
                    "the old host is going away and has a sign-in of its own; use x.com and api.x.com");
            }
        }
    }

    /// <summary>Refuses a value with blanks in it, which is how a careless copy shows.</summary>
    /// <param name="at">Where the value stands.</param>
    /// <param name="value">The value; it is not repeated.</param>
    public static void CheckForm(FieldScope at, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (value.Length > 0 && (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1])))
        {
            at.Refuse(FieldCode.Malformed, "a blank or line end stands before or after the value; copy it again without");
        }
        else if (value.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            at.Refuse(FieldCode.Malformed, "a blank stands within the value; copy it again in one piece");
        }
        else if (value.Length > MaxLength)
        {
            at.Refuse(FieldCode.OutOfRange, "a credential has at most 512 characters");
        }
    }

    private static void Pair(FieldScope at, string idName, string? id, string secretName, string? secret, bool secretNeeded)
    {
        if (string.IsNullOrEmpty(id) && !string.IsNullOrEmpty(secret))
        {
            at.Field(idName).Refuse(FieldCode.Conflict, $"{secretName} is given without {idName}; enter both or leave both blank");
        }
        else if (!string.IsNullOrEmpty(id) && string.IsNullOrEmpty(secret) && secretNeeded)
        {
            at.Field(secretName).Refuse(FieldCode.Conflict, $"{idName} is given without {secretName}; enter both or leave both blank");
        }
    }

    /// <summary>
    /// The type of X app a Client ID tells, <c>ci</c> (with a secret) or <c>na</c> (native) and the like; null when the value is no Client ID.
    /// </summary>
    private static string? AppType(string value)
    {
        if (value.Length is < 8 or > 128 || !Base64Url.IsValid(value))
        {
            return null;
        }

        var decoded = Encoding.Latin1.GetString(Base64Url.DecodeFromChars(value));
        return ClientIdForm().Match(decoded) is { Success: true } form ? form.Groups[1].Value : null;
    }

    [GeneratedRegex(@"\A[0-9]+-", RegexOptions.CultureInvariant)]
    private static partial Regex AccessTokenForm();

    [GeneratedRegex(@"\A[\x21-\x7E]+:1:([a-z]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClientIdForm();

    [GeneratedRegex(@"\A[A-Za-z0-9]{20,26}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ApiKeyForm();
}
