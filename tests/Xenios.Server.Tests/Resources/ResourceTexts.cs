using System.Text.Json;
using Xenios.Sdk;
using Xenios.Server.Resources;

namespace Xenios.Server.Tests.Resources;

/// <summary>Texts and short cuts that the tests of this folder share.</summary>
internal static class ResourceTexts
{
    /// <summary>The example of contract §3 as it stands there, except that an application names its connections in one of the two forms.</summary>
    public const string Example = """
        environment:
          slug: default                 # with one environment this is the host itself; more live on their own verified hosts or under /e/{slug}
          kind: non_production          # production | non_production (default)
          display_name: Demo
        applications:
          - client_id: shop
            name: Shop
            type: web                   # web | spa | native | machine
            client_secret: ${SHOP_SECRET}        # 32 or more of A–Z a–z 0–9 - _ .
            redirect_uris: [http://127.0.0.1:7402/callback]
            post_logout_redirect_uris: [http://127.0.0.1:7402/]
            grant_types: [authorization_code, refresh_token]      # also client_credentials, device_code, token_exchange
            scopes: [openid, profile, email, offline_access]
            token_endpoint_auth_method: client_secret_basic       # client_secret_post | none | private_key_jwt
            id_token_signed_response_alg: RS256                   # or ES256
            access_token_lifetime: 3600                           # seconds
            require_pkce: true                                    # may be false for a confidential client only
            refresh_rotation: true                                # may be false for a confidential or sender-constrained client
            claims_in_id_token: false
            allowed_origins: []                                   # CORS
            backchannel_logout_uri: ""
            require_email: true
            trusted_scopes: []                                    # scopes granted without asking
            require_consent: false
            local_subject: mandatory                              # mandatory | optional | disabled
            auto_redirect_single_option: false
            compat_profile: plain                                 # plain | kinde | wso2
            connections: [x]                                      # short form of a login flow with one step
            login_flow:                                           # long form, instead of `connections`
              steps:
                - options: [{ connection: x }, { method: password }]
                - options: [{ method: email_code }]
        connections:
          - slug: x
            kind: x                     # x | oidc | oauth2
            name: X
            description: ""
            enabled: true
            protocol: oauth2            # oauth2 | oauth1a
            client_id: ""               # oauth2; both blank = SharedX if set, else the X sandbox; never in production
            client_secret: ""
            api_key: ""                 # oauth1a; both blank = the X sandbox outside production (SharedX has no API key)
            api_key_secret: ""
            callback_style: login_callback       # login_callback | commonauth
            callback_url: ""                     # empty: computed per domain
            callback_host: current               # current | default | a verified host (hub: one callback for all domains)
            scopes: [tweet.read, users.read, users.email]
            hosts: { web: https://x.com, api: https://api.x.com }
            upstream_params: { force_login: { value: "true" }, screen_name: { alias: login_hint } }
            policy:                     # names and values of kinde-and-wso2.md D2 except protocol, callback_style, subject_attribute (beside policy) and credentials (derived, read-only);
                                        # on/off may be written true/false; `preset: kinde | wso2` fills what is not named
              preset: kinde
              email_trust: never
              link_policy: prove_possession
              missing_email: ask_and_verify
              jit: on
              attribute_sync: profile_only
            subject_attribute: id
            attributes:
              - { external: username, local: preferred_username, provision: true }
              - { external: profile_image_url, local: picture, provision: true }
            store_tokens: false
        users:
          - username: kim
            email: kim@example.com
            email_verified: true
            password: ${KIM_PASSWORD}   # or password_hash with its scheme
            attributes: { nickname: K }
        organizations:
          - slug: acme
            name: Acme
            domains: [{ host: login.acme.example, verified: true }]      # `scheme: http` only outside production
            members: [{ user: kim, roles: [admin] }]
            connections: [x]
        """;

    /// <summary>A client secret of 48 letters and digits.</summary>
    public const string Secret = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP012345";

    /// <summary>Nothing stored; an address is whatever has one @ in the middle.</summary>
    public static readonly KnownResources Nothing = new(text => text.Split('@') is [{ Length: > 0 }, { Length: > 0 }]);

    /// <summary>Reads a file named <c>demo.yaml</c> with a few variables.</summary>
    public static ResourceFileReading Read(string text) => ResourceFile.Read(text, "demo.yaml", name => name switch
    {
        "SHOP_SECRET" => Secret,
        "KIM_PASSWORD" => "correct horse",
        "EMPTY" => "",
        "TRUE" => "true",
        "BRACES" => "${SHOP_SECRET}",
        _ => null,
    });

    /// <summary>Reads a file that must be fine.</summary>
    public static ResourceDocument Document(string text)
    {
        var reading = Read(text);
        Assert.Empty(reading.Errors.Select(error => error.ToString()));
        return reading.Document!;
    }

    /// <summary>The record as JSON, to compare what records do not compare themselves: lists.</summary>
    public static string Json(ResourceDocument document) => JsonSerializer.Serialize(document, XeniosJson.Default.ResourceDocument);

    /// <summary>Findings as <c>path code</c>, in order.</summary>
    public static string[] Findings(IReadOnlyList<FieldError> errors) => [.. errors.Select(error => $"{error.Path} {error.Code}".Trim())];
}
