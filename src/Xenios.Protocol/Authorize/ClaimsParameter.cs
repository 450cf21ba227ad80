using System.Text.Json;

namespace Xenios.Protocol.Authorize;

/// <summary>Claims that a client asked for one by one and may have: names only, whatever else was said about them.</summary>
/// <param name="IdToken">Names for the ID token.</param>
/// <param name="UserInfo">Names for userinfo.</param>
public sealed record RequestedClaims(IReadOnlyList<string> IdToken, IReadOnlyList<string> UserInfo)
{
    /// <summary>No claims.</summary>
    public static readonly RequestedClaims None = new([], []);

    /// <summary>The scope that stands for a claim about a person (OpenID Connect Core §5.4): who may not have the scope may not have the claim either.</summary>
    /// <param name="claim">Name of the claim.</param>
    public static string ScopeOf(string claim) => claim is "email" or "email_verified" ? Scopes.Email : Scopes.Profile;

    /// <summary>Those of them that a client may have: of scopes it is registered for.</summary>
    /// <param name="client">The client.</param>
    public RequestedClaims For(Client client)
    {
        bool May(string name) => client.AllowedScopes.Contains(ScopeOf(name), StringComparer.Ordinal);
        return IdToken.Count + UserInfo.Count == 0 ? this : new([.. IdToken.Where(May)], [.. UserInfo.Where(May)]);
    }
}

/// <summary>The <c>claims</c> parameter (OpenID Connect Core §5.5): which claims, for whom, and what must hold of the sign-in.</summary>
public sealed record ClaimsParameter
{
    private const int MaxLength = 4096;
    private const int MaxClaims = 50;
    private const int MaxName = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    // About the token or the sign-in, not about the person: present by rules of their own.
    private static readonly string[] OwnRules =
    [
        "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "azp", "nonce", "acr", "amr", "auth_time", "at_hash", "c_hash", "s_hash", "sid",
    ];

    private readonly List<string> _idToken = [];
    private readonly List<string> _userInfo = [];

    private ClaimsParameter()
    {
    }

    /// <summary>Who alone may answer, by <c>sub</c> with <c>value</c> or <c>values</c>; null for anybody.</summary>
    public IReadOnlyList<string>? Subjects { get; private set; }

    /// <summary>Reads the parameter. Unknown claims and members are ignored, a preferred value of a claim about the person is only that.</summary>
    /// <param name="text">Its value; null when it was not sent.</param>
    /// <param name="claims">What it asks; null without one.</param>
    public static OAuthError? Read(string? text, out ClaimsParameter? claims)
    {
        claims = null;
        if (text is null)
        {
            return null;
        }

        if (text.Length > MaxLength)
        {
            return OAuthError.InvalidRequest("claims is longer than 4096 characters.");
        }

        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            var read = new ClaimsParameter();
            var error = document.RootElement.ValueKind == JsonValueKind.Object
                ? read.ReadMember(document.RootElement, "id_token", read._idToken) ?? read.ReadMember(document.RootElement, "userinfo", read._userInfo)
                : Malformed();
            claims = error is null ? read : null;
            return error;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed(); // InvalidOperationException: a name or value is not text
        }
    }

    /// <summary>Those claims that a client may have: of scopes it is registered for, and only for an OpenID Connect request.</summary>
    /// <param name="client">The client.</param>
    /// <param name="scopes">Granted scopes.</param>
    public RequestedClaims? For(Client client, IReadOnlyList<string> scopes)
    {
        var granted = new RequestedClaims(_idToken, _userInfo).For(client);
        return scopes.Contains(Scopes.OpenId, StringComparer.Ordinal) && granted.IdToken.Count + granted.UserInfo.Count > 0 ? granted : null;
    }

    private static OAuthError Malformed() =>
        OAuthError.InvalidRequest("claims must be a JSON object with userinfo and id_token, whose members are null or objects.");

    private OAuthError? ReadMember(JsonElement root, string name, List<string> names)
    {
        if (!root.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (member.ValueKind != JsonValueKind.Object)
        {
            return Malformed();
        }

        foreach (var claim in member.EnumerateObject())
        {
            if (CheckClaim(claim) is { } error)
            {
                return error;
            }

            // A name with a language tag is a claim this server does not have.
            if (!OwnRules.Contains(claim.Name, StringComparer.Ordinal) && claim.Name.Length is > 0 and <= MaxName && !claim.Name.Any(c => c is <= ' ' or '#' or '\x7f'))
            {
                names.Add(claim.Name);
            }
        }

        return names.Count > MaxClaims ? OAuthError.InvalidRequest("claims asks for more than 50 claims.") : null;
    }

    private OAuthError? CheckClaim(JsonProperty claim)
    {
        if (claim.Value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (claim.Value.ValueKind != JsonValueKind.Object)
        {
            return Malformed();
        }

        var essential = claim.Value.TryGetProperty("essential", out var flag) ? flag.ValueKind : JsonValueKind.False;
        var several = claim.Value.TryGetProperty("values", out var values);
        if (essential is not (JsonValueKind.True or JsonValueKind.False) || (several && values.ValueKind != JsonValueKind.Array))
        {
            return Malformed();
        }

        var named = claim.Value.TryGetProperty("value", out var value);
        return claim.Name switch
        {
            "sub" when named || several => Narrow(named ? [value] : [.. values.EnumerateArray()]),

            // No sign-in here is of a class that could be named (threats B10), so none that was named can be met (§5.5.1.1).
            "acr" when essential == JsonValueKind.True && (named || several) =>
                new("unmet_authentication_requirements", "No authentication context class can be promised here."),
            _ => null,
        };
    }

    private OAuthError? Narrow(IReadOnlyList<JsonElement> values)
    {
        if (values.Any(value => value.ValueKind != JsonValueKind.String))
        {
            return OAuthError.InvalidRequest("The value of sub in claims must be a string.");
        }

        var subjects = values.Select(value => value.GetString()!);
        Subjects = Subjects is null ? [.. subjects] : [.. Subjects.Intersect(subjects, StringComparer.Ordinal)];
        return Subjects.Count > 0 ? null : OAuthError.InvalidRequest("claims names nobody, or different people.");
    }
}
