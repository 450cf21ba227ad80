using System.Security.Cryptography;
using System.Text;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.OAuth1;

/// <summary>The token between an app's first call and the person's answer. It can be answered once and exchanged once.</summary>
internal sealed class RequestToken(string value, string apiKey, string callback) : ISigningToken
{
    /// <summary>The callback of apps that cannot be called back: the person types a PIN instead.</summary>
    public const string OutOfBand = "oob";

    private readonly Lock _gate = new();
    private State _state;
    private string? _verifier;
    private string? _personKey;

    private enum State
    {
        Waiting,
        Approved,
        Denied,
        Used,
    }

    public string Value { get; } = value;

    public string Secret { get; } = Credential.TokenSecret();

    public string ApiKey { get; } = apiKey;

    public string Callback { get; } = callback;

    public bool IsOutOfBand => Callback == OutOfBand;

    public bool IsWaiting => Is(State.Waiting);

    public bool IsUsed => Is(State.Used);

    /// <summary>Gives the verifier, or null when the token was answered before.</summary>
    public string? Approve(Person person)
    {
        lock (_gate)
        {
            if (_state != State.Waiting)
            {
                return null;
            }

            (_state, _personKey) = (State.Approved, person.Key);
            return _verifier = IsOutOfBand ? Credential.Pin() : Credential.Verifier();
        }
    }

    public bool Deny()
    {
        lock (_gate)
        {
            var wasWaiting = _state == State.Waiting;
            _state = wasWaiting ? State.Denied : _state;
            return wasWaiting;
        }
    }

    /// <summary>Gives the person's key for the right verifier. A wrong one uses the token up as well: a PIN is short.</summary>
    public string? Exchange(string verifier)
    {
        lock (_gate)
        {
            if (_state != State.Approved)
            {
                return null;
            }

            _state = State.Used;
            return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(verifier), Encoding.UTF8.GetBytes(_verifier!)) ? _personKey : null;
        }
    }

    private bool Is(State state)
    {
        lock (_gate)
        {
            return _state == state;
        }
    }
}

/// <summary>What an app signs a person's requests with. It never expires.</summary>
/// <param name="Value">Starts with the person's id.</param>
/// <param name="Secret">The other half of the signing key.</param>
/// <param name="ApiKey">The app it was issued to.</param>
/// <param name="PersonKey">Whose it is.</param>
/// <param name="MayReadEmail">Whether the app asked for e-mail when the person approved; a later switch needs a new approval.</param>
internal sealed record SignedAccessToken(string Value, string Secret, string ApiKey, string PersonKey, bool MayReadEmail) : ISigningToken
{
    /// <summary>Never the values: both are credentials.</summary>
    public override string ToString() => "***";
}

/// <summary>The tokens of the first generation.</summary>
internal sealed class SignedTokens(XSandboxOptions options)
{
    private const int Capacity = 10_000;

    private readonly ExpiringStore<RequestToken> _requestTokens = new(Capacity, TimeSpan.FromMinutes(15), options.Time);
    private readonly ExpiringStore<SignedAccessToken> _accessTokens = new(Capacity, TimeSpan.FromDays(3650), options.Time);

    public RequestToken IssueRequestToken(SandboxApp app, string callback)
    {
        var token = new RequestToken(Credential.RequestToken(options.Time.GetUtcNow()), app.ApiKey, callback);
        _requestTokens.TryAdd(token.Value, token);
        return token;
    }

    public RequestToken? FindRequestToken(string? value) => _requestTokens.Find(value);

    public SignedAccessToken IssueAccessToken(SandboxApp app, Person person)
    {
        var token = new SignedAccessToken(
            Credential.SignedAccessToken(person.Id), Credential.TokenSecret(), app.ApiKey, person.Key, app.RequestEmail);
        _accessTokens.TryAdd(token.Value, token);
        return token;
    }

    public SignedAccessToken? FindAccessToken(string value) => _accessTokens.Find(value);

    public void Revoke(SignedAccessToken token) => _accessTokens.Take(token.Value);

    public void Reset()
    {
        _requestTokens.Clear();
        _accessTokens.Clear();
    }
}
