using System.Text.Json;
using Xenios.Protocol;
using Xenios.Sdk;

namespace Xenios.Server.Resources;

/// <summary>What an application must bring to authenticate by assertions (RFC 7523, OpenID Connect Core §9, RFC 7591 §2).</summary>
internal static class AssertionRules
{
    /// <summary>Refuses what is wrong with its keys and how it signs.</summary>
    /// <param name="at">The application.</param>
    /// <param name="application">The application.</param>
    /// <param name="method">How it authenticates.</param>
    public static void Check(FieldScope at, ApplicationResource application, TokenEndpointAuthMethod method)
    {
        CheckKeys(at, application, method);
        var signs = method is TokenEndpointAuthMethod.PrivateKeyJwt or TokenEndpointAuthMethod.ClientSecretJwt;
        if (application.AssertionAudience is not null && !signs)
        {
            at.Field("assertion_audience").Refuse(FieldCode.NotAllowed, "only private_key_jwt and client_secret_jwt have assertions");
        }

        if (application.TokenEndpointAuthSigningAlg is not { } given)
        {
            return;
        }

        var algorithm = WireName.Of(given);
        var field = at.Field("token_endpoint_auth_signing_alg");
        if (!signs)
        {
            field.Refuse(FieldCode.NotAllowed, "only private_key_jwt and client_secret_jwt have assertions");
        }
        else if (AssertionAlgorithms.IsSymmetric(algorithm) != (method == TokenEndpointAuthMethod.ClientSecretJwt))
        {
            field.Refuse(FieldCode.Conflict, "client_secret_jwt has HS256, HS384 or HS512; private_key_jwt has the others");
        }
        else if (application.ClientSecret is { Length: > 0 } secret && AssertionAlgorithms.IsSymmetric(algorithm) && secret.Length < AssertionAlgorithms.SecretLength(algorithm))
        {
            field.Refuse(FieldCode.Conflict, $"{algorithm} needs a client_secret of {AssertionAlgorithms.SecretLength(algorithm)} characters or more");
        }
    }

    private static void CheckKeys(FieldScope at, ApplicationResource application, TokenEndpointAuthMethod method)
    {
        var hasUri = !string.IsNullOrEmpty(application.JwksUri);
        if (hasUri)
        {
            at.Field("jwks_uri").RefuseIf(FieldCode.Malformed, AddressRules.Web(application.JwksUri!));
        }

        if (hasUri && application.Jwks is not null)
        {
            at.Field("jwks").Refuse(FieldCode.Conflict, "keys stand here or at jwks_uri, not at both");
        }
        else if (application.Jwks is { } jwks)
        {
            var keys = ClientKeys.Read(JsonSerializer.SerializeToUtf8Bytes(jwks, XeniosJson.Default.JwksResource));
            at.Field("jwks").RefuseIf(
                FieldCode.Malformed,
                keys switch
                {
                    null or { Count: 0, Mistakes.Count: 0 } => $"a set holds 1 to {ClientKeys.Most} keys, as \"keys: [{{ kty: EC, … }}]\"",
                    { Mistakes: [var mistake, ..] } => mistake,
                    _ => null,
                });
        }
        else if (!hasUri && method == TokenEndpointAuthMethod.PrivateKeyJwt)
        {
            at.Field("jwks").Refuse(FieldCode.Required, "private_key_jwt needs the public keys: jwks or jwks_uri");
        }
    }
}
