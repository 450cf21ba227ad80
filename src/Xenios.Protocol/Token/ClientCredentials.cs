using System.Security.Cryptography;
using System.Text;

namespace Xenios.Protocol;

/// <summary>A client secret at rest: SHA-256 over a random salt and the secret. Secrets are 32 or more random characters, so a slow hash would buy nothing.</summary>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Hash">SHA-256 of salt and secret.</param>
/// <param name="Until">When it ends, because another one replaces it; null for the present one.</param>
public sealed record ClientSecretHash(byte[] Salt, byte[] Hash, DateTimeOffset? Until = null)
{
    /// <summary>Hashes a secret.</summary>
    /// <param name="secret">The secret as the client sends it.</param>
    /// <param name="salt">16 bytes from a cryptographic generator.</param>
    public static ClientSecretHash Of(string secret, byte[] salt) => new(salt, Compute(secret, salt));

    /// <summary>Whether a presented secret is this one, in constant time.</summary>
    /// <param name="secret">What the client sent.</param>
    public bool Matches(string secret) => CryptographicOperations.FixedTimeEquals(Compute(secret, Salt), Hash);

    private static byte[] Compute(string secret, byte[] salt)
    {
        var text = Encoding.UTF8.GetBytes(secret);
        var input = new byte[salt.Length + text.Length];
        salt.CopyTo(input, 0);
        text.CopyTo(input, salt.Length);
        return SHA256.HashData(input);
    }
}

/// <summary>A client secret that can be read, because an HMAC cannot be checked by a hash.</summary>
/// <param name="Value">Its UTF-8 octets.</param>
/// <param name="Until">As in <see cref="ClientSecretHash"/>.</param>
public sealed record ClientAssertionSecret(byte[] Value, DateTimeOffset? Until)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => "***";
}

/// <summary>How a client presented itself in one request (RFC 6749 §2.3).</summary>
/// <param name="ClientId">The client it says it is.</param>
/// <param name="Secret">The secret it sent; null for <see cref="ClientAuthenticationMethod.None"/> and for assertions.</param>
/// <param name="Method">The mechanism it used.</param>
/// <param name="Assertion">The assertion it sent, which <see cref="Check"/> does not prove; null for every other mechanism.</param>
public sealed record ClientCredentials(string ClientId, string? Secret, ClientAuthenticationMethod Method, ClientAssertion? Assertion = null)
{
    private const int MaxLength = 1024;

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"{ClientId} by {Method}";

    /// <summary>Reads the credentials of a token request: exactly one mechanism, never the query string.</summary>
    /// <param name="authorization">The <c>Authorization</c> header, or null.</param>
    /// <param name="form">The form body.</param>
    public static Result<ClientCredentials, OAuthError> Read(string? authorization, Parameters form)
    {
        var formId = form["client_id"];
        var formSecret = form["client_secret"];
        if (form["client_assertion"] is not null || form["client_assertion_type"] is not null)
        {
            return authorization is not null || formSecret is not null
                ? OAuthError.InvalidRequest("Authenticate in one way only: client_assertion excludes the Authorization header and client_secret.")
                : ReadAssertion(form["client_assertion"], form["client_assertion_type"], formId);
        }

        if (authorization is not null)
        {
            if (formSecret is not null)
            {
                return OAuthError.InvalidRequest("Authenticate in one way only: either the Authorization header or client_secret in the body.");
            }

            if (ReadBasic(authorization) is not { } basic)
            {
                return OAuthError.InvalidClient("the Authorization header is not well-formed Basic");
            }

            return formId is not null && !string.Equals(formId, basic.ClientId, StringComparison.Ordinal)
                ? OAuthError.InvalidRequest("client_id in the body differs from the Authorization header.")
                : basic;
        }

        if (formId is null)
        {
            return OAuthError.InvalidClient("no client_id and no Authorization header");
        }

        if (formId.Length > MaxLength || formSecret?.Length > MaxLength)
        {
            return OAuthError.InvalidClient("client_id or client_secret is too long");
        }

        return formSecret is null
            ? new ClientCredentials(formId, null, ClientAuthenticationMethod.None)
            : new ClientCredentials(formId, formSecret, ClientAuthenticationMethod.ClientSecretPost);
    }

    /// <summary>Whether these credentials prove that the caller is a client: the registered method and one of its live secrets.</summary>
    /// <param name="client">The client named by <see cref="ClientId"/>.</param>
    /// <param name="now">The time: a secret that was replaced works until its end.</param>
    public OAuthError? Check(Client client, DateTimeOffset now)
    {
        if (Method != client.AuthenticationMethod)
        {
            return OAuthError.InvalidClient($"authenticated by {Method}, registered for {client.AuthenticationMethod}");
        }

        if (Method == ClientAuthenticationMethod.None)
        {
            return null;
        }

        if (Secret is null)
        {
            return OAuthError.InvalidClient("an assertion is not proved by a secret");
        }

        var matches = false;
        foreach (var secret in client.Secrets)
        {
            matches |= secret.Matches(Secret) && (secret.Until is null || secret.Until > now);
        }

        return matches ? null : OAuthError.InvalidClient("wrong client secret");
    }

    // RFC 7521 §4.2: the subject names the client; client_id is optional and must agree.
    private static Result<ClientCredentials, OAuthError> ReadAssertion(string? text, string? type, string? formId)
    {
        if (text is null || type is null)
        {
            return OAuthError.InvalidRequest("client_assertion and client_assertion_type belong together.");
        }

        if (!string.Equals(type, ClientAssertion.Type, StringComparison.Ordinal))
        {
            return OAuthError.InvalidClient("the client_assertion_type is not known");
        }

        if (!ClientAssertion.Read(text).TryGet(out var assertion, out var unreadable))
        {
            return unreadable;
        }

        return formId is not null && !string.Equals(formId, assertion.ClientId, StringComparison.Ordinal)
            ? OAuthError.InvalidClient("client_id differs from the assertion's subject")
            : new ClientCredentials(
                assertion.ClientId,
                null,
                AssertionAlgorithms.IsSymmetric(assertion.Algorithm) ? ClientAuthenticationMethod.ClientSecretJwt : ClientAuthenticationMethod.PrivateKeyJwt,
                assertion);
    }

    // RFC 6749 §2.3.1: both halves are form-encoded before they are joined, so a secret may hold ':' and '%'.
    private static ClientCredentials? ReadBasic(string authorization)
    {
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || authorization.Length > 4 * MaxLength)
        {
            return null;
        }

        var encoded = authorization[6..].Trim();
        var octets = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, octets, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(octets, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return null;
        }

        var id = Uri.UnescapeDataString(text[..colon].Replace('+', ' '));
        var secret = Uri.UnescapeDataString(text[(colon + 1)..].Replace('+', ' '));
        return id.Length == 0 || secret.Length == 0 ? null : new ClientCredentials(id, secret, ClientAuthenticationMethod.ClientSecretBasic);
    }
}
