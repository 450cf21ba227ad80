using Xenios.Sdk;
using Xenios.Server.Connections;

namespace Xenios.Server.Resources;

/// <summary>Which connections may be stored: what every kind has, and what each kind needs and refuses.</summary>
internal static class ConnectionRules
{
    private static readonly string[] Handles = ["username", "screen_name", "handle", "x_handle", "preferred_username", "user_name"];

    /// <summary>Refuses what is wrong with a connection.</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="known">What is stored already.</param>
    public static void Check(FieldScope at, ConnectionResource connection, KnownResources known)
    {
        if (connection.Slug is not { Length: > 0 } slug)
        {
            at.Field("slug").Refuse(FieldCode.Required, "every connection needs a slug");
        }
        else
        {
            at.Field("slug").RefuseIf(FieldCode.Malformed, TextRules.Slug(slug));
        }

        TextRules.CheckLength(at.Field("name"), connection.Name, 1, 100);
        TextRules.CheckLength(at.Field("description"), connection.Description, 0, 1000);
        TextRules.CheckScopes(at.Field("scopes"), connection.Scopes);
        CheckCallback(at, connection);
        UpstreamParameterRules.Check(at.Field("upstream_params"), connection.UpstreamParams);
        AttributeRules.CheckMappings(at.Field("attributes"), connection.Attributes);
        AttributeRules.CheckLinkRules(at.Field("policy").Field("link_rules"), connection.Policy?.LinkRules);
        switch (connection.Kind)
        {
            case null:
                at.Field("kind").Refuse(FieldCode.Required, "every connection needs a kind: x, oidc or oauth2");
                break;
            case ConnectionKind.X:
                CheckX(at, connection, known);
                break;
            default:
                CheckOther(at, connection, connection.Kind == ConnectionKind.Oidc);
                break;
        }
    }

    /// <summary>Refuses an enabled connection to X that relies on shared credentials or the sandbox (D-9).</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="known">What is stored already.</param>
    public static void CheckProduction(FieldScope at, ConnectionResource connection, KnownResources known)
    {
        if (connection is not { Kind: ConnectionKind.X, Enabled: not false })
        {
            return;
        }

        var isOAuth1 = ConnectionPolicy.From(connection).Protocol == ConnectionProtocol.OAuth1a;
        var (name, value) = isOAuth1 ? ("api_key", connection.ApiKey) : ("client_id", connection.ClientId);
        if (string.IsNullOrEmpty(value) && (value is not null || !known.HasUpstreamSecret(connection.Slug ?? "", value)))
        {
            at.Field(name).Refuse(
                FieldCode.CredentialsRequired,
                "in a production environment an enabled connection needs credentials of its own; enter them or set enabled: false");
        }
    }

    /// <summary>Names what may be stored but deserves a word.</summary>
    /// <param name="at">Where the connection stands.</param>
    /// <param name="connection">The connection.</param>
    public static void Warn(FieldScope at, ConnectionResource connection)
    {
        if (connection.Policy?.EmailTrust == EmailTrust.Always)
        {
            at.Field("policy").Field("email_trust").Refuse(
                FieldCode.NeedsConfirmation,
                "always takes any address the provider sends for proven; somebody who can set one there can sign in as its owner here");
        }

        var policy = ConnectionPolicy.From(connection);
        if (connection.Kind == ConnectionKind.X && policy is { Jit: OnOff.On, LinkPolicy: LinkPolicy.AutoIfTrusted or LinkPolicy.AutoByRules, PromptBeforeLink: false } && policy.EmailTrust != EmailTrust.Never)
        {
            at.Field("policy").Field("prompt_before_link").Refuse(
                FieldCode.NeedsConfirmation,
                "X's developer policy wants a person's consent before an X account is connected with another account; with true they are asked");
        }

        if (connection.Kind == ConnectionKind.X)
        {
            XCredentialRules.Warn(at, connection);
        }
    }

    private static void CheckCallback(FieldScope at, ConnectionResource connection)
    {
        if (connection.CallbackUrl is { Length: > 0 } url)
        {
            at.Field("callback_url").RefuseIf(FieldCode.Malformed, AddressRules.Web(url));
        }

        if (connection.CallbackHost is { } host && host is not ("current" or "default"))
        {
            var mistake = AddressRules.Host(host);
            at.Field("callback_host").RefuseIf(FieldCode.Malformed, mistake is null ? null : $"current, default or a verified host is needed: {mistake}");
        }
    }

    private static void CheckX(FieldScope at, ConnectionResource connection, KnownResources known)
    {
        Absent(at, "X is known already", [("issuer", connection.Issuer), .. Endpoints(connection)]);
        XCredentialRules.Check(at, connection, known);
        XScopeRules.Check(at.Field("scopes"), connection);
        if (connection.Hosts?.Web is { } web)
        {
            at.Field("hosts").Field("web").RefuseIf(FieldCode.Malformed, AddressRules.Origin(web));
        }

        if (connection.Hosts?.Api is { } api)
        {
            at.Field("hosts").Field("api").RefuseIf(FieldCode.Malformed, AddressRules.Origin(api));
        }

        if (connection.SubjectAttribute is { } subject && subject != "id")
        {
            if (Handles.Contains(subject, StringComparer.OrdinalIgnoreCase))
            {
                at.Field("subject_attribute").Refuse(
                    FieldCode.HandleAsSubject,
                    "The subject cannot be the handle. Handles change owners. The X id is used; put the handle in a claim instead.");
            }
            else
            {
                at.Field("subject_attribute").Refuse(FieldCode.NotAllowed, "for X the subject is id, the account's number");
            }
        }
    }

    private static void CheckOther(FieldScope at, ConnectionResource connection, bool isOidc)
    {
        Absent(at, "only X has it", ("api_key", connection.ApiKey), ("api_key_secret", connection.ApiKeySecret), ("hosts", connection.Hosts?.ToString()));
        if (connection.Protocol == ConnectionProtocol.OAuth1a)
        {
            at.Field("protocol").Refuse(FieldCode.NotAllowed, "OAuth 1.0a is spoken to X only");
        }

        Endpoint(at, "issuer", connection.Issuer, isOidc, AddressRules.Issuer);
        if (isOidc)
        {
            Absent(at, "it is found through the issuer", Endpoints(connection));
        }
        else
        {
            Array.ForEach(Endpoints(connection), endpoint => Endpoint(at, endpoint.Name, endpoint.Value, true, AddressRules.Web));
        }

        if (string.IsNullOrEmpty(connection.ClientId))
        {
            at.Field("client_id").Refuse(FieldCode.Required, "this kind of connection needs a client_id");
        }

        XCredentialRules.CheckForm(at.Field("client_id"), connection.ClientId);
        XCredentialRules.CheckForm(at.Field("client_secret"), connection.ClientSecret);
        if (isOidc && connection.Scopes is { } scopes && !scopes.Contains("openid", StringComparer.Ordinal))
        {
            at.Field("scopes").Refuse(FieldCode.Required, "an OpenID provider needs the scope openid");
        }

        TextRules.CheckLength(at.Field("subject_attribute"), connection.SubjectAttribute, 1, 128);
    }

    private static (string Name, string? Value)[] Endpoints(ConnectionResource connection) =>
    [
        ("authorization_endpoint", connection.AuthorizationEndpoint),
        ("token_endpoint", connection.TokenEndpoint),
        ("userinfo_endpoint", connection.UserinfoEndpoint),
    ];

    private static void Endpoint(FieldScope at, string name, string? value, bool required, Func<string, string?> mistake)
    {
        if (value is { Length: > 0 })
        {
            at.Field(name).RefuseIf(FieldCode.Malformed, mistake(value));
        }
        else if (required)
        {
            at.Field(name).Refuse(FieldCode.Required, $"this kind of connection needs its {name}");
        }
    }

    private static void Absent(FieldScope at, string reason, params (string Name, string? Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            if (value is { Length: > 0 })
            {
                at.Field(name).Refuse(FieldCode.NotAllowed, $"{name} has no place here: {reason}");
            }
        }
    }
}
