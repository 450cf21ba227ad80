namespace Xenios.XSandbox;

/// <summary>What one sandbox is told before it starts. Everything else is changed while it runs, at <c>/sandbox</c>.</summary>
public sealed class XSandboxOptions
{
    /// <summary>Where the sandbox answers, such as <c>http://127.0.0.1:7401</c>: scheme, host and port that requests must be signed for.</summary>
    public required Uri Url { get; init; }

    /// <summary>The app that is registered from the start; random when not given.</summary>
    public XSandboxApp BuiltInApp { get; init; } = XSandboxApp.CreateRandom();

    /// <summary>The name people read on the consent page when <see cref="BuiltInApp"/> asks.</summary>
    public string BuiltInAppName { get; init; } = "Demo";

    /// <summary>Callbacks registered for <see cref="BuiltInApp"/>. Only this app may have more than ten.</summary>
    public IReadOnlyList<string> BuiltInCallbacks { get; init; } = [];

    /// <summary>The address of Cleo, the person whose e-mail belongs to an existing account of the server under test.</summary>
    public string KnownEmail { get; init; } = "cleo@example.com";

    /// <summary>The clock for every lifetime, limit and timestamp check.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether requests are answered under any host name. False refuses every host but that of <see cref="Url"/>.</summary>
    public bool Exposed { get; init; }
}
