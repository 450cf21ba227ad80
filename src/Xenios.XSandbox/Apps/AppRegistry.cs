using System.Diagnostics.CodeAnalysis;

namespace Xenios.XSandbox.Apps;

/// <summary>The registered apps, found by either generation's key.</summary>
internal sealed class AppRegistry
{
    private const int Capacity = 1000;

    private readonly Lock _gate = new();
    private readonly SandboxApp _builtIn;
    private readonly List<SandboxApp> _apps = [];

    public AppRegistry(XSandboxOptions options)
    {
        foreach (var callback in options.BuiltInCallbacks)
        {
            if (CallbackRules.Problem(callback) is { } problem)
            {
                throw new ArgumentException($"{nameof(XSandboxOptions.BuiltInCallbacks)}: \"{callback}\" {problem}.", nameof(options));
            }
        }

        _builtIn = new SandboxApp
        {
            Name = options.BuiltInAppName,
            Type = AppType.Web,
            ClientId = options.BuiltInApp.ClientId,
            ClientSecret = options.BuiltInApp.ClientSecret,
            ApiKey = options.BuiltInApp.ApiKey,
            ApiKeySecret = options.BuiltInApp.ApiKeySecret,
            AppId = Credential.AppId(),
            Callbacks = [.. options.BuiltInCallbacks],
            RequestEmail = true,
            TermsUrl = "https://example.com/terms",
            PrivacyUrl = "https://example.com/privacy",
            BuiltIn = true,
        };
        _apps.Add(_builtIn);
    }

    public IReadOnlyList<SandboxApp> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _apps];
            }
        }
    }

    public SandboxApp? ByClientId(string? clientId) => First(app => app.ClientId.Equals(clientId, StringComparison.Ordinal));

    public SandboxApp? ByApiKey(string? apiKey) => First(app => app.ApiKey.Equals(apiKey, StringComparison.Ordinal));

    public bool TryAdd(SandboxApp app)
    {
        lock (_gate)
        {
            if (_apps.Count >= Capacity)
            {
                return false;
            }

            _apps.Add(app);
            return true;
        }
    }

    /// <summary>Changes the app that a client id or API key names.</summary>
    public bool TryUpdate(string key, Func<SandboxApp, SandboxApp> change, [NotNullWhen(true)] out SandboxApp? changed)
    {
        lock (_gate)
        {
            var index = _apps.FindIndex(app =>
                app.ClientId.Equals(key, StringComparison.Ordinal) || app.ApiKey.Equals(key, StringComparison.Ordinal));
            changed = index < 0 ? null : _apps[index] = change(_apps[index]);
            return changed is not null;
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _apps.Clear();
            _apps.Add(_builtIn);
        }
    }

    private SandboxApp? First(Predicate<SandboxApp> match)
    {
        lock (_gate)
        {
            return _apps.Find(match);
        }
    }
}
