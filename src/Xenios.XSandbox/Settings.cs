namespace Xenios.XSandbox;

/// <summary>Answers to questions X leaves open, the stricter one first; changed at <c>/sandbox</c>.</summary>
internal sealed record Settings
{
    /// <summary>A person who chose once stays logged in, and <c>/oauth/authenticate</c> returns at once when they approved the app before.</summary>
    public bool StayLoggedIn { get; init; }

    /// <summary><c>/oauth/access_token</c> also takes a signature made without the request token's secret (x-platform §3.4).</summary>
    public bool LaxTokenSecret { get; init; }

    /// <summary>A signed <c>/2/users/me</c> may return <c>confirmed_email</c> (x-platform §8, question 4).</summary>
    public bool EmailWhenSigned { get; init; }
}

/// <summary>The settings in force.</summary>
internal sealed class CurrentSettings
{
    private volatile Settings _value = new();

    public Settings Value
    {
        get => _value;
        set => _value = value;
    }
}
