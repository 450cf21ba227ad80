using System.Text.Json;
using Xenios.Protocol.Discovery;

namespace Xenios.Protocol.Tests.Discovery;

/// <summary>The provider's metadata (OpenID Connect Discovery §3, RFC 8414 §2; DSC-03 to DSC-06).</summary>
public sealed class DiscoveryDocumentTests
{
    private static readonly string[] Locales = ["en", "de"];

    [Theory]
    [InlineData("https://id.test")]
    [InlineData("https://id.test/tenant/a")]
    [InlineData("https://id.test:8443")]
    public void Every_address_lies_below_the_issuer(string issuer)
    {
        var document = Read(issuer);
        var addresses = document.EnumerateObject()
            .Where(m => m.Name.EndsWith("_endpoint", StringComparison.Ordinal) || m.Name.EndsWith("_uri", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(issuer, document.GetProperty("issuer").GetString());
        Assert.Equal(
            ["authorization_endpoint", "end_session_endpoint", "introspection_endpoint", "jwks_uri", "pushed_authorization_request_endpoint", "revocation_endpoint", "token_endpoint", "userinfo_endpoint"],
            addresses.Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.All(addresses, m =>
        {
            var address = m.Value.GetString()!;
            Assert.StartsWith(issuer + "/", address, StringComparison.Ordinal);
            Assert.DoesNotContain("//", address["https://".Length..], StringComparison.Ordinal);
            Assert.True(Uri.IsWellFormedUriString(address, UriKind.Absolute));
        });
        Assert.Equal(addresses.Count, addresses.Select(m => m.Value.GetString()).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("Discovery §3: required", "response_types_supported", "code")]
    [InlineData("Discovery §3: required", "subject_types_supported", "public")]
    [InlineData("Discovery §3: RS256 must be among them", "id_token_signing_alg_values_supported", "RS256 ES256")]
    [InlineData("Discovery §3: openid must be among them", "scopes_supported", "openid profile email offline_access")]
    [InlineData("DSC-05: absent means query and fragment", "response_modes_supported", "query form_post")]
    [InlineData("DSC-05: absent means code and implicit", "grant_types_supported", "authorization_code refresh_token client_credentials")]
    [InlineData("DSC-05: absent means Basic only", "token_endpoint_auth_methods_supported", "client_secret_basic client_secret_post client_secret_jwt private_key_jwt none")]
    [InlineData("DSC-03: present because JWT methods are; never none", "token_endpoint_auth_signing_alg_values_supported", "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 HS256 HS384 HS512")]
    [InlineData("RFC 8414 §2: absent means no PKCE; plain is not offered", "code_challenge_methods_supported", "S256")]
    [InlineData("Discovery §3", "ui_locales_supported", "en de")]
    public void List_holds_what_is_implemented(string rule, string member, string values) =>
        Assert.Equal(values.Split(' '), Read("https://id.test").GetProperty(member).EnumerateArray().Select(v => v.GetString()));

    [Theory]
    [InlineData("RFC 9207 §3", "authorization_response_iss_parameter_supported", true)]
    [InlineData("Back-Channel Logout §2.1", "backchannel_logout_supported", true)]
    [InlineData("Back-Channel Logout §2.1: sid is in ID and logout tokens", "backchannel_logout_session_supported", true)]
    [InlineData("DSC-05: absent means true", "request_uri_parameter_supported", false)]
    [InlineData("Discovery §3", "request_parameter_supported", false)]
    [InlineData("Discovery §3", "claims_parameter_supported", true)]
    [InlineData("Discovery §3", "require_request_uri_registration", false)]
    public void Switch_says_what_is_so(string rule, string member, bool value) => Assert.Equal(value, Read("https://id.test").GetProperty(member).GetBoolean());

    [Fact]
    public void Every_claim_of_an_id_token_is_announced()
    {
        var announced = Read("https://id.test").GetProperty("claims_supported").EnumerateArray().Select(v => v.GetString()!).ToList();

        Assert.Superset(
            new HashSet<string> { "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "name", "email", "email_verified" },
            announced.ToHashSet());
        Assert.Equal(announced.Count, announced.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Announced_prompts_are_accepted_by_the_rules()
    {
        var prompts = Read("https://id.test").GetProperty("prompt_values_supported").EnumerateArray().Select(v => v.GetString()!).ToList();

        Assert.NotEmpty(prompts);
        Assert.All(prompts, prompt => Assert.Equal([prompt], Authorize.AuthorizeFixture.Proceeds("prompt=" + prompt).Prompts));
    }

    [Fact]
    public void Document_is_json_without_nulls_or_members_twice()
    {
        // AllowDuplicateProperties is off in Read. COM-06: absent is not null.
        Assert.All(Read("https://id.test").EnumerateObject(), m => Assert.NotEqual(JsonValueKind.Null, m.Value.ValueKind));
    }

    private static JsonElement Read(string issuer)
    {
        using var document = JsonDocument.Parse(DiscoveryDocument.Write(issuer, Locales), new JsonDocumentOptions { AllowDuplicateProperties = false });
        return document.RootElement.Clone();
    }
}
