namespace Xenios.Server.SignIn;

/// <summary>What somebody signs in for where no application waits.</summary>
internal enum LocalPurpose
{
    /// <summary>The console: administrators only, by password only.</summary>
    Console,

    /// <summary>To try how signing in goes: whoever comes, by any connection; no session is opened (decision 12).</summary>
    Trial,
}

/// <summary>A page of this server that a journey leads to (decision 12).</summary>
/// <param name="Purpose">What for.</param>
/// <param name="Path">Path and query of the page that began it, below the environment's base URL; the journey begins anew there, and one for the console ends there.</param>
internal sealed record LocalDestination(LocalPurpose Purpose, string Path)
{
    /// <summary>What pages call the server where they speak to administrators.</summary>
    public const string ConsoleName = "Xenios";

    /// <summary>What pages call the built-in application that people try.</summary>
    public const string TrialName = "Demo";

    private const string ConsoleRoot = "/console/";
    private const int LongestPath = 2048;

    /// <summary>Name of whom the person is going to, as pages show it.</summary>
    public string Name => Purpose == LocalPurpose.Console ? ConsoleName : TrialName;

    /// <summary>A page of the console.</summary>
    /// <param name="path">The path that was asked for, with its query; anything but a page of the console leads to its first one.</param>
    public static LocalDestination Console(string path) => new(LocalPurpose.Console, IsOfConsole(path) ? path : ConsoleRoot);

    private static bool IsOfConsole(string path) => path.StartsWith(ConsoleRoot, StringComparison.Ordinal)
        && path.Length <= LongestPath
        && path.All(c => c is > ' ' and < '\u007f' and not '\\')
        && path.Split('?', '#')[0].Split('/').All(segment => Uri.UnescapeDataString(segment) is not ("." or ".."));
}
