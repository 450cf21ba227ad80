namespace Xenios.XSandbox.Apps;

/// <summary>What X's console calls the type of an app. It decides whether there is a client secret.</summary>
internal enum AppType
{
    Web,
    Native,
    Spa,
    Bot,
}

/// <summary>One registered app with the switches of X's console and the states X can put it in.</summary>
internal sealed record SandboxApp
{
    public required string Name { get; init; }

    public required AppType Type { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Null for native and single page apps, which have none.</summary>
    public string? ClientSecret { get; init; }

    public required string ApiKey { get; init; }

    public required string ApiKeySecret { get; init; }

    public required string AppId { get; init; }

    public IReadOnlyList<string> Callbacks { get; init; } = [];

    public bool OAuth1A { get; init; } = true;

    public bool OAuth2 { get; init; } = true;

    /// <summary>"Request email from users", which X offers only with both addresses below.</summary>
    public bool RequestEmail { get; init; }

    public string? TermsUrl { get; init; }

    public string? PrivacyUrl { get; init; }

    /// <summary>Whether <c>/oauth/authenticate</c> may return at once for a person who approved before.</summary>
    public bool SignInWithX { get; init; } = true;

    public bool Enrolled { get; init; } = true;

    public bool Suspended { get; init; }

    public bool Credits { get; init; } = true;

    /// <summary>Whether the plan includes <c>verify_credentials</c>; without it the answer is code 453.</summary>
    public bool V11Access { get; init; } = true;

    public bool BuiltIn { get; init; }

    public bool IsPublic => Type is AppType.Native or AppType.Spa;

    public override string ToString() => Name;
}
