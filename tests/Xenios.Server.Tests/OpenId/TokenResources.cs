namespace Xenios.Server.Tests.OpenId;

/// <summary>Applications for the tests of grants.</summary>
internal static class TokenResources
{
    public const string SecondSecret = "second-secret-0123456789-abcdefghijklmnop";
    public const string MachineSecret = "machine-secret-0123456789-abcdefghijklmno";

    public const string Yaml =
        """
        environment: { slug: default, display_name: Test }
        applications:
          - client_id: shop
            name: Shop
            client_secret: shop-secret-0123456789-abcdefghijklmnop
            redirect_uris: [https://rp.test/cb]
            scopes: [openid, profile, email, offline_access, orders:read]
            resources: [https://api.shop.test, https://api2.shop.test]
            connections: [x]
          - client_id: second
            name: Second
            client_secret: second-secret-0123456789-abcdefghijklmnop
            redirect_uris: [https://second.test/cb]
            refresh_rotation: false
            connections: [x]
          - client_id: other
            name: Other
            client_secret: other-secret-0123456789-abcdefghijklmno
            token_endpoint_auth_method: client_secret_post
            redirect_uris: [https://other.test/cb]
            grant_types: [authorization_code]
            connections: [x]
          - client_id: machine
            name: Machine
            type: machine
            client_secret: machine-secret-0123456789-abcdefghijklmno
            scopes: [orders:read, orders:write]
            resources: [https://api.shop.test]
            access_token_lifetime: 120
        connections:
          - { slug: x, kind: x, name: X }
        """;
}
