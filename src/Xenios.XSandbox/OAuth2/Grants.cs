using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.OAuth2;

/// <summary>What a person allowed an app: the family all tokens of one sign-in belong to.</summary>
internal sealed class Grant(string clientId, string personKey, IReadOnlyList<string> scopes)
{
    private volatile bool _isRevoked;

    public string ClientId { get; } = clientId;

    public string PersonKey { get; } = personKey;

    public IReadOnlyList<string> Scopes { get; } = scopes;

    public bool IsRevoked => _isRevoked;

    public void Revoke() => _isRevoked = true;
}

/// <summary>A code with everything it is bound to.</summary>
internal sealed record IssuedCode(Grant Grant, string RedirectUri, string Challenge, bool IsPlain);

/// <summary>The tokens of one answer; no refresh token without <c>offline.access</c>.</summary>
internal sealed record IssuedTokens(string AccessToken, string? RefreshToken, Grant Grant);

/// <summary>Codes and tokens of the second generation with X's lifetimes (x-platform §1.9).</summary>
internal sealed class Grants(XSandboxOptions options)
{
    public const int AccessTokenSeconds = 7200;

    private const int Capacity = 10_000;

    private readonly ExpiringStore<IssuedCode> _codes = new(Capacity, TimeSpan.FromSeconds(30), options.Time);
    private readonly ExpiringStore<Grant> _accessTokens = new(Capacity, TimeSpan.FromSeconds(AccessTokenSeconds), options.Time);
    private readonly ExpiringStore<Refreshable> _refreshTokens = new(Capacity, TimeSpan.FromDays(180), options.Time);

    public string IssueCode(AuthorizeRequest request, Person person)
    {
        var code = Credential.Code(options.Time.GetUtcNow());
        var grant = new Grant(request.App.ClientId, person.Key, request.Scopes);
        _codes.TryAdd(code, new IssuedCode(grant, request.RedirectUri, request.Challenge, request.IsPlain));
        return code;
    }

    /// <summary>The code's contents, once, and only for the app it was issued to.</summary>
    public IssuedCode? TakeCode(string code, SandboxApp app) =>
        _codes.Find(code) is { } issued && issued.Grant.ClientId.Equals(app.ClientId, StringComparison.Ordinal) ? _codes.Take(code) : null;

    public IssuedTokens IssueTokens(Grant grant)
    {
        var now = options.Time.GetUtcNow();
        var access = Credential.AccessToken(now);
        _accessTokens.TryAdd(access, grant);
        if (!grant.Scopes.Contains(XScopes.Offline, StringComparer.Ordinal))
        {
            return new(access, null, grant);
        }

        var refresh = Credential.RefreshToken(now);
        _refreshTokens.TryAdd(refresh, new Refreshable(grant));
        return new(access, refresh, grant);
    }

    /// <summary>Turns a refresh token into new tokens. A token used before ends the whole family.</summary>
    public IssuedTokens? Refresh(string token, SandboxApp app)
    {
        if (_refreshTokens.Find(token) is not { Grant.IsRevoked: false } found
            || !found.Grant.ClientId.Equals(app.ClientId, StringComparison.Ordinal))
        {
            return null;
        }

        if (!found.TryUse())
        {
            found.Grant.Revoke();
            return null;
        }

        return IssueTokens(found.Grant);
    }

    public Grant? FindAccessToken(string token) => _accessTokens.Find(token) is { IsRevoked: false } grant ? grant : null;

    /// <summary>Ends one access token, or with a refresh token its whole family. What the app does not own is left alone.</summary>
    public void Revoke(string token, SandboxApp app)
    {
        if (_accessTokens.Find(token) is { } grant && grant.ClientId.Equals(app.ClientId, StringComparison.Ordinal))
        {
            _accessTokens.Take(token);
        }

        if (_refreshTokens.Find(token) is { } found && found.Grant.ClientId.Equals(app.ClientId, StringComparison.Ordinal))
        {
            found.Grant.Revoke();
        }
    }

    public void Reset()
    {
        _codes.Clear();
        _accessTokens.Clear();
        _refreshTokens.Clear();
    }

    private sealed class Refreshable(Grant grant)
    {
        private int _uses;

        public Grant Grant { get; } = grant;

        public bool TryUse() => Interlocked.Exchange(ref _uses, 1) == 0;
    }
}
