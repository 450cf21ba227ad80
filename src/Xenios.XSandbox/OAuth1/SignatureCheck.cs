using System.Globalization;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol.OAuth1;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Faults;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.OAuth1;

/// <summary>A token as far as a signature needs it.</summary>
internal interface ISigningToken
{
    string Secret { get; }

    string ApiKey { get; }
}

/// <summary>A request whose signature holds.</summary>
/// <param name="App">The app that signed.</param>
/// <param name="Token">The token it signed with; null where none is used.</param>
/// <param name="Values">Every parameter of header, query and form, each name once.</param>
internal sealed record SignedRequest(SandboxApp App, ISigningToken? Token, IReadOnlyDictionary<string, string> Values);

/// <summary>X's check of OAuth 1.0a requests, without any of the leniency that would hide a mistake (x-platform §3.5).</summary>
internal sealed class SignatureCheck(XSandboxOptions options, AppRegistry apps, CurrentSettings settings)
{
    private const int Tolerance = 300;
    private const int LongestNonce = 200;

    private static readonly string[] Required =
        ["oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method", "oauth_timestamp"];

    private readonly ExpiringStore<string> _nonces = new(10_000, TimeSpan.FromSeconds(2 * Tolerance), options.Time);
    private readonly Uri _origin = new(options.Url.GetLeftPart(UriPartial.Authority));

    /// <summary>Checks a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="findToken">Finds the token the request must be signed with; null when it must be signed without.</param>
    public async Task<(SignedRequest? Request, V1Error? Error)> CheckAsync(HttpContext http, Func<string, ISigningToken?>? findToken)
    {
        var header = AuthorizationHeader.Parse(http.Request.Headers.Authorization);
        if (header is null || await RequestBody.ReadFormAsync(http) is not { } form)
        {
            return Refuse(http, V1Error.BadAuthenticationData, "no or malformed Authorization header, or a body that is too long");
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in header.Concat(RequestBody.Query(http.Request).Pairs).Concat(form.Pairs))
        {
            if (!values.TryAdd(name, value))
            {
                return Refuse(http, V1Error.CouldNotAuthenticate, $"the parameter {name} came twice");
            }
        }

        var inHeader = header.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        if (Required.FirstOrDefault(name => !inHeader.Contains(name) || values[name].Length == 0) is { } missing)
        {
            return Refuse(http, V1Error.BadAuthenticationData, $"{missing} is missing in the Authorization header");
        }

        if (apps.ByApiKey(values["oauth_consumer_key"]) is not { } app)
        {
            return Refuse(http, V1Error.CouldNotAuthenticate, "oauth_consumer_key is not the API Key of an app");
        }

        CallNotes.Of(http).App = app.ApiKey;
        ISigningToken? token = null;
        var (error, reason) = CheckApp(app)
            ?? CheckForm(http, values)
            ?? FindToken(app, values, findToken, out token)
            ?? CheckSignature(http, app, token, values)
            ?? CheckNonce(app, values)
            ?? default;
        return error is null ? (new(app, token, values), null) : Refuse(http, error, reason);
    }

    public void Reset() => _nonces.Clear();

    private static (V1Error, string)? CheckApp(SandboxApp app) => app switch
    {
        { Suspended: true } => (V1Error.AppSuspended, "the app is suspended"),
        { OAuth1A: false } => (V1Error.NotPermitted, "OAuth 1.0a is switched off for the app"),
        _ => null,
    };

    private (V1Error, string)? CheckForm(HttpContext http, Dictionary<string, string> values)
    {
        if (values["oauth_signature_method"] != Signature.Method || values.GetValueOrDefault("oauth_version", "1.0") != "1.0")
        {
            return (V1Error.CouldNotAuthenticate, "oauth_signature_method must be HMAC-SHA1, and oauth_version 1.0");
        }

        if (values["oauth_nonce"] is { Length: > LongestNonce } nonce || values["oauth_nonce"].AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return (V1Error.CouldNotAuthenticate, "oauth_nonce must be printable ASCII without blanks, at most 200 characters");
        }

        if (!long.TryParse(values["oauth_timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp))
        {
            return (V1Error.BadAuthenticationData, "oauth_timestamp is not a number of seconds");
        }

        var offset = CallNotes.Of(http).Fault is { Kind: FaultKind.ClockOffset } fault ? fault.Seconds : 0;
        var difference = options.Time.GetUtcNow().ToUnixTimeSeconds() + offset - timestamp;
        return Math.Abs(difference) <= Tolerance
            ? null
            : (V1Error.TimestampOutOfBounds, $"oauth_timestamp is {difference.ToString(CultureInfo.InvariantCulture)} seconds behind this server");
    }

    private static (V1Error, string)? FindToken(
        SandboxApp app, Dictionary<string, string> values, Func<string, ISigningToken?>? find, out ISigningToken? token)
    {
        token = null;
        if (find is null)
        {
            return null;
        }

        if (values.GetValueOrDefault("oauth_token", "") is not { Length: > 0 } name)
        {
            return (V1Error.BadAuthenticationData, "oauth_token is missing");
        }

        token = find(name);
        return token is not null && token.ApiKey.Equals(app.ApiKey, StringComparison.Ordinal)
            ? null
            : (V1Error.InvalidToken, "oauth_token is unknown, too old, revoked, or of another app");
    }

    private (V1Error, string)? CheckSignature(HttpContext http, SandboxApp app, ISigningToken? token, Dictionary<string, string> values)
    {
        var url = new Uri(_origin, http.Request.PathBase.Add(http.Request.Path).ToUriComponent());
        var signed = values.Where(pair => pair.Key != "oauth_signature");
        var text = Signature.BaseString(http.Request.Method, url, signed);
        var presented = values["oauth_signature"];
        if (Signature.Matches(presented, Signature.Sign(text, app.ApiKeySecret, token?.Secret))
            || (settings.Value.LaxTokenSecret && token is RequestToken && Signature.Matches(presented, Signature.Sign(text, app.ApiKeySecret, null))))
        {
            return null;
        }

        return (V1Error.CouldNotAuthenticate, $"the signature does not match; the request must be signed for {url}");
    }

    private (V1Error, string)? CheckNonce(SandboxApp app, Dictionary<string, string> values)
    {
        var key = $"{app.ApiKey} {values.GetValueOrDefault("oauth_token", "")} {values["oauth_timestamp"]} {values["oauth_nonce"]}";
        return _nonces.TryAdd(key, "") ? null : (V1Error.CouldNotAuthenticate, "oauth_nonce was used before");
    }

    private static (SignedRequest?, V1Error?) Refuse(HttpContext http, V1Error error, string reason)
    {
        CallNotes.Of(http).Reason = reason;
        return (null, error);
    }
}
