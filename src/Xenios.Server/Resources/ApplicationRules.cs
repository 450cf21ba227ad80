using System.Text.RegularExpressions;
using Xenios.Sdk;
using Xenios.Server.Management;

namespace Xenios.Server.Resources;

/// <summary>Which applications may be stored (contract §3, threat D03).</summary>
internal static partial class ApplicationRules
{
    private static readonly GrantType[] MachineGrants = [GrantType.ClientCredentials, GrantType.TokenExchange];

    /// <summary>Refuses what is wrong with an application.</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="application">The application.</param>
    /// <param name="known">Connections it may offer, and whether it has a secret already.</param>
    public static void Check(FieldScope at, ApplicationResource application, KnownResources known)
    {
        if (application.ClientId is not { Length: > 0 } id)
        {
            at.Field("client_id").Refuse(FieldCode.Required, "every application needs a client_id");
        }
        else if (!ClientIdForm().IsMatch(id))
        {
            at.Field("client_id").Refuse(FieldCode.Malformed, "a client_id is 1 to 128 of A–Z, a–z, 0–9 and . _ ~ -");
        }

        TextRules.CheckLength(at.Field("name"), application.Name, 1, 100);
        CheckClient(at, application, known);
        CheckAddresses(at, application, known);
        TextRules.CheckScopes(at.Field("scopes"), application.Scopes);
        TextRules.CheckScopes(at.Field("trusted_scopes"), application.TrustedScopes);
        foreach (var (index, scope) in (application.Scopes ?? []).Index())
        {
            // A person's consent must never hand out the server itself.
            if (scope is Caller.ReadScope or Caller.WriteScope && application.Type != ApplicationType.Machine)
            {
                at.Field("scopes").Item(index).Refuse(FieldCode.NotAllowed, "the management API is for applications of type machine");
            }
        }

        foreach (var (index, resource) in (application.Resources ?? []).Index())
        {
            at.Field("resources").Item(index).RefuseIf(
                FieldCode.Malformed,
                Uri.TryCreate(resource, UriKind.Absolute, out var uri) && uri.Fragment.Length == 0 && resource.Length <= 512 && !resource.Any(char.IsWhiteSpace) && !resource.Contains('#', StringComparison.Ordinal)
                    ? null
                    : "an absolute URI without fragment is needed, for example https://api.example.org");
        }

        if (application.AccessTokenLifetime is < 60 or > 86_400)
        {
            at.Field("access_token_lifetime").Refuse(FieldCode.OutOfRange, "the lifetime must be 60 to 86,400 seconds");
        }

        LoginFlowRules.Check(at, application, known);
    }

    /// <summary>How an application authenticates when it does not say.</summary>
    /// <param name="application">The application.</param>
    public static TokenEndpointAuthMethod Method(ApplicationResource application) =>
        application.TokenEndpointAuthMethod ?? (IsOnDevice(application) ? TokenEndpointAuthMethod.None : TokenEndpointAuthMethod.ClientSecretBasic);

    /// <summary>Whether it proves itself by a secret.</summary>
    /// <param name="application">The application.</param>
    public static bool HasSecret(ApplicationResource application) =>
        !IsOnDevice(application) && Method(application) is not (TokenEndpointAuthMethod.None or TokenEndpointAuthMethod.PrivateKeyJwt);

    /// <summary>Whether it runs where a secret cannot be kept.</summary>
    private static bool IsOnDevice(ApplicationResource application) => application.Type is ApplicationType.Spa or ApplicationType.Native;

    private static void CheckClient(FieldScope at, ApplicationResource application, KnownResources known)
    {
        var method = Method(application);
        var isPublic = method == TokenEndpointAuthMethod.None;
        if (IsOnDevice(application) && !isPublic)
        {
            at.Field("token_endpoint_auth_method").Refuse(FieldCode.Conflict, "an application of type spa or native cannot keep a secret; use none");
        }
        else if (application.Type == ApplicationType.Machine && isPublic)
        {
            at.Field("token_endpoint_auth_method").Refuse(FieldCode.Conflict, "an application of type machine must authenticate");
        }

        CheckSecret(at.Field("client_secret"), application, isPublic || IsOnDevice(application), method, known);
        AssertionRules.Check(at, application, method);
        if (application.RequirePkce == false && isPublic)
        {
            at.Field("require_pkce").Refuse(FieldCode.Conflict, "only a confidential application may do without PKCE");
        }

        if (application.RefreshRotation == false && isPublic)
        {
            at.Field("refresh_rotation").Refuse(FieldCode.Conflict, "only a confidential application may keep its refresh tokens");
        }

        CheckGrants(at.Field("grant_types"), application, isPublic);
    }

    private static void CheckSecret(FieldScope at, ApplicationResource application, bool isPublic, TokenEndpointAuthMethod method, KnownResources known)
    {
        var secret = application.ClientSecret;
        if (string.IsNullOrEmpty(secret))
        {
            if (!isPublic && method != TokenEndpointAuthMethod.PrivateKeyJwt && (secret is not null || !known.HasClientSecret(application.ClientId ?? "")))
            {
                at.Refuse(FieldCode.Required, "this application needs a client_secret, or token_endpoint_auth_method: none");
            }
            else if (method == TokenEndpointAuthMethod.ClientSecretJwt && !known.HasSealedClientSecret(application.ClientId ?? ""))
            {
                at.Refuse(FieldCode.Required, "client_secret_jwt needs the client_secret again: what is stored is only its hash");
            }
        }
        else if (isPublic)
        {
            at.Refuse(FieldCode.NotAllowed, "a public application (type spa or native, or token_endpoint_auth_method none) has no client_secret");
        }
        else if (application.CompatProfile == CompatProfile.Kinde && !KindeSecretForm().IsMatch(secret))
        {
            at.Refuse(FieldCode.Malformed, "with compat_profile kinde a client_secret is 40 to 60 letters and digits");
        }
        else if (!SecretForm().IsMatch(secret))
        {
            at.Refuse(FieldCode.Malformed, "a client_secret is 32 to 256 of A–Z, a–z, 0–9 and - _ .");
        }
    }

    private static void CheckGrants(FieldScope at, ApplicationResource application, bool isPublic)
    {
        foreach (var (index, grant) in (application.GrantTypes ?? []).Index())
        {
            if (grant == GrantType.ClientCredentials && isPublic)
            {
                // RFC 6749 §4.4: for confidential clients only.
                at.Item(index).Refuse(FieldCode.Conflict, "client_credentials is for confidential applications only");
            }
            else if (application.Type == ApplicationType.Machine && !MachineGrants.Contains(grant))
            {
                at.Item(index).Refuse(
                    FieldCode.Conflict,
                    "an application of type machine signs nobody in; it may use client_credentials and token_exchange");
            }
        }

        at.RefuseRepeated((application.GrantTypes ?? []).Select(grant => (string?)WireName.Of(grant)));
    }

    private static void CheckAddresses(FieldScope at, ApplicationResource application, KnownResources known)
    {
        var native = application.Type == ApplicationType.Native;
        string? Redirect(string uri) => AddressRules.Redirect(uri, native);
        CheckEach(at.Field("redirect_uris"), application.RedirectUris, FieldCode.InvalidRedirectUri, Redirect);
        CheckEach(at.Field("post_logout_redirect_uris"), application.PostLogoutRedirectUris, FieldCode.InvalidRedirectUri, Redirect);
        CheckEach(at.Field("allowed_origins"), application.AllowedOrigins, FieldCode.Malformed, AddressRules.Origin);
        if (application.BackchannelLogoutUri is { Length: > 0 } uri)
        {
            at.Field("backchannel_logout_uri").RefuseIf(
                FieldCode.Malformed, AddressRules.Web(uri) ?? (known.MayCall(new Uri(uri)) ? null : "this server may not call that private address; allow it with Outgoing:AllowPrivate"));
        }
    }

    private static void CheckEach(FieldScope at, IReadOnlyList<string>? addresses, string code, Func<string, string?> mistake)
    {
        foreach (var (index, address) in (addresses ?? []).Index())
        {
            at.Item(index).RefuseIf(code, mistake(address));
        }

        at.RefuseRepeated(addresses ?? []);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._~-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClientIdForm();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{32,256}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SecretForm();

    [GeneratedRegex(@"\A[A-Za-z0-9]{40,60}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KindeSecretForm();
}
