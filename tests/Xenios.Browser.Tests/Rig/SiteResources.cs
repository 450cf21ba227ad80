namespace Xenios.Browser.Tests.Rig;

/// <summary>What the server of the tests is told.</summary>
internal static class SiteResources
{
    /// <summary>The resource file.</summary>
    public static string Text(string shop, string old, string rp, string secret) =>
        $$"""
        environment: { slug: default, display_name: Xenios }
        applications:
          - client_id: demo
            name: Demo
            type: web
            client_secret: {{secret}}
            redirect_uris: ["{{shop}}/callback"]
            post_logout_redirect_uris: ["{{shop}}/"]
            grant_types: [authorization_code]
            scopes: [openid, profile, email]
            connections: [x]
          - client_id: first
            name: First
            type: web
            client_secret: {{secret}}
            redirect_uris: ["{{old}}/callback"]
            post_logout_redirect_uris: ["{{old}}/"]
            grant_types: [authorization_code]
            scopes: [openid, profile, email]
            connections: [x1]
        {{Own("both", "[x, x1]", rp, secret)}}
        {{Own("optional", "[optional]", rp, secret)}}
        {{Own("closed", "[closed]", rp, secret)}}
        {{Own("demanding", "[demanding]", rp, secret)}}
        {{Own("asking", "[x]\n    require_consent: true", rp, secret)}}
        {{Own("matching", "[matching]", rp, secret)}}
        {{Own("empty", "[off]", rp, secret)}}
        connections:
          - { slug: x, kind: x, name: X, protocol: oauth2 }
          - { slug: x1, kind: x, name: X classic, protocol: oauth1a }
          - { slug: optional, kind: x, name: X optional, policy: { missing_email: ask_optional } }
          - { slug: closed, kind: x, name: X closed, policy: { jit: "off" } }
          - { slug: demanding, kind: x, name: X demanding, policy: { missing_email: reject } }
          - { slug: matching, kind: x, name: X, policy: { email_trust: when_provider_says_verified, link_policy: auto_by_rules, link_rules: [{ external: email, local: email }, { external: username, local: username }] } }
          - { slug: "off", kind: x, name: X, enabled: false }
        users:
          - { username: cleo, email: cleo@example.com, email_verified: true }
          - { username: joan, email: joan@example.com, email_verified: true }
          - { username: mary, email: mary@example.com, email_verified: true }
          - { username: mary_person, email: elsewhere@example.com, email_verified: true, password: correct-horse-battery }
          - { username: unproved, email: unproved@example.com, email_verified: false, password: correct-horse-battery }
        """;

    /// <summary>The resource file of a server whose X is somewhere else.</summary>
    public static string WithX(string rp, string x, string clientId, string clientSecret) =>
        $$"""
        applications:
        {{Own("shop", "[x]", rp, "restart-secret-0123456789-abcdefghijklmnop")}}
        connections:
          - { slug: x, kind: x, name: X, client_id: "{{clientId}}", client_secret: "{{clientSecret}}", hosts: { web: "{{x}}", api: "{{x}}" } }
        """;

    private static string Own(string id, string connections, string rp, string secret) =>
        $$"""
          - client_id: {{id}}
            name: Shop of all things
            type: web
            client_secret: {{secret}}
            redirect_uris: ["{{rp}}/callback"]
            post_logout_redirect_uris: ["{{rp}}/"]
            grant_types: [authorization_code]
            scopes: [openid, profile, email]
            connections: {{connections}}
        """;
}
