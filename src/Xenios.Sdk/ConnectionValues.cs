using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>Which connector speaks to a provider (contract §3, <c>kind</c>).</summary>
[JsonConverter(typeof(WireNameConverter<ConnectionKind>))]
public enum ConnectionKind
{
    /// <summary><c>x</c>: X, formerly Twitter.</summary>
    X,

    /// <summary><c>oidc</c>: an OpenID provider, found by discovery.</summary>
    Oidc,

    /// <summary><c>oauth2</c>: a plain OAuth 2.0 provider with a profile endpoint.</summary>
    [JsonStringEnumMemberName("oauth2")]
    OAuth2,
}

/// <summary>How the server speaks to X (D2, <c>protocol</c>).</summary>
[JsonConverter(typeof(WireNameConverter<ConnectionProtocol>))]
public enum ConnectionProtocol
{
    /// <summary><c>oauth2</c>: OAuth 2.0 with PKCE; client ID and secret.</summary>
    [JsonStringEnumMemberName("oauth2")]
    OAuth2,

    /// <summary><c>oauth1a</c>: OAuth 1.0a; API Key and API Key Secret.</summary>
    [JsonStringEnumMemberName("oauth1a")]
    OAuth1a,
}

/// <summary>Path of the callback registered at the provider (D2, <c>callback_style</c>); both always answer.</summary>
[JsonConverter(typeof(WireNameConverter<CallbackStyle>))]
public enum CallbackStyle
{
    /// <summary><c>login_callback</c>: <c>/login/callback</c>.</summary>
    LoginCallback,

    /// <summary><c>commonauth</c>: <c>/commonauth</c>.</summary>
    [JsonStringEnumMemberName("commonauth")]
    CommonAuth,
}
