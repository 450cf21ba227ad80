using System.Buffers;
using System.Text.Json;

namespace Xenios.Protocol.Discovery;

/// <summary>The provider's metadata (OpenID Connect Discovery §3, RFC 8414). It names what is implemented, no more and no less.</summary>
public static class DiscoveryDocument
{
    /// <summary>Writes the document, the same for both well-known paths.</summary>
    /// <param name="issuer">The issuer; every endpoint lies below it.</param>
    /// <param name="locales">Languages of the pages, as BCP 47 tags.</param>
    public static byte[] Write(string issuer, IEnumerable<string> locales)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("issuer", issuer);
            json.WriteString("authorization_endpoint", issuer + "/oauth2/authorize");
            json.WriteString("token_endpoint", issuer + "/oauth2/token");
            json.WriteString("userinfo_endpoint", issuer + "/oauth2/userinfo");
            json.WriteString("jwks_uri", issuer + "/oauth2/jwks");
            json.WriteString("pushed_authorization_request_endpoint", issuer + "/oauth2/par");
            json.WriteString("revocation_endpoint", issuer + "/oauth2/revoke");
            json.WriteString("introspection_endpoint", issuer + "/oauth2/introspect");
            json.WriteString("end_session_endpoint", issuer + "/oauth2/logout");
            Write(json, "scopes_supported", Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess);
            Write(json, "response_types_supported", "code");
            Write(json, "response_modes_supported", "query", "form_post");
            Write(json, "grant_types_supported", "authorization_code", "refresh_token", "client_credentials");
            Write(json, "subject_types_supported", "public");
            Write(json, "id_token_signing_alg_values_supported", SigningAlgorithms.RS256, SigningAlgorithms.ES256);
            Write(json, "token_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none");
            Write(json, "revocation_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none");
            Write(json, "introspection_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt");
            foreach (var endpoint in (ReadOnlySpan<string>)["token", "revocation", "introspection"])
            {
                Write(json, endpoint + "_endpoint_auth_signing_alg_values_supported", [.. AssertionAlgorithms.Asymmetric, .. AssertionAlgorithms.Symmetric]);
            }

            json.WriteBoolean("require_pushed_authorization_requests", false);
            Write(json, "claim_types_supported", "normal");
            Write(
                json,
                "claims_supported",
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid",
                "name", "preferred_username", "picture", "updated_at", "x_id", "x_handle", "email", "email_verified");
            json.WriteBoolean("claims_parameter_supported", true);
            json.WriteBoolean("request_parameter_supported", false);
            json.WriteBoolean("request_uri_parameter_supported", false);
            json.WriteBoolean("require_request_uri_registration", false);
            Write(json, "code_challenge_methods_supported", "S256");
            json.WriteBoolean("authorization_response_iss_parameter_supported", true);
            json.WriteBoolean("backchannel_logout_supported", true);
            json.WriteBoolean("backchannel_logout_session_supported", true);
            Write(json, "prompt_values_supported", [.. Authorize.SessionRules.Prompts]);
            Write(json, "display_values_supported", "page");
            Write(json, "ui_locales_supported", [.. locales]);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
