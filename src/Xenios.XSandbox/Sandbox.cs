using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Faults;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.OAuth1;
using Xenios.XSandbox.OAuth2;
using Xenios.XSandbox.People;
using Xenios.XSandbox.Profile;

namespace Xenios.XSandbox;

/// <summary>Everything the control page and API look at and change, and the way back to the start.</summary>
internal sealed class Sandbox(AppRegistry apps, PersonDirectory people, FaultBoard faults, RequestLog log, CurrentSettings settings, Memory memory)
{
    public AppRegistry Apps => apps;

    public PersonDirectory People => people;

    public FaultBoard Faults => faults;

    public RequestLog Log => log;

    public CurrentSettings Settings => settings;

    /// <summary>Makes the sandbox what it was when it started. Every code and token ends.</summary>
    public void Reset()
    {
        memory.Clear();
        settings.Value = new Settings();
        faults.Reset();
        people.Reset();
        apps.Reset();
        log.Reset();
    }
}

/// <summary>What the endpoints remember between requests.</summary>
internal sealed class Memory(
    Grants grants,
    SignedTokens tokens,
    SignatureCheck signatures,
    Logins logins,
    RateLimits limits,
    AuthorizeEndpoint authorize,
    AuthenticateEndpoint authenticate)
{
    public void Clear()
    {
        authorize.Reset();
        authenticate.Reset();
        grants.Reset();
        tokens.Reset();
        signatures.Reset();
        logins.Reset();
        limits.Reset();
    }
}
