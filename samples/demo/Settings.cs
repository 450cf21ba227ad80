using System.Diagnostics.CodeAnalysis;

namespace Xenios.Demo;

/// <summary>What the demo is told on the command line (<c>--ClientId shop</c>) or in the environment (<c>ClientId=shop</c>).</summary>
/// <param name="Authority">The identity server's issuer.</param>
/// <param name="ClientId">The name under which the server knows this application.</param>
/// <param name="ClientSecret">Proves to the server that it is this application.</param>
/// <param name="Listen">The addresses to listen on.</param>
/// <param name="PublicUrl">The address people open, without a slash at the end.</param>
internal sealed record Settings(string Authority, string ClientId, string ClientSecret, string Listen, string PublicUrl)
{
    public string RedirectUri => PublicUrl + "/callback";

    public string PostLogoutRedirectUri => PublicUrl + "/";

    public bool IsHttps => PublicUrl.StartsWith("https:", StringComparison.Ordinal);

    public static bool TryRead(IConfiguration configuration, [NotNullWhen(true)] out Settings? settings, [NotNullWhen(false)] out string? wrong)
    {
        var listen = Value("Urls", "http://127.0.0.1:7402");
        settings = new Settings(
            Value("Authority", "http://127.0.0.1:7400").TrimEnd('/'),
            Value("ClientId", "demo"),
            Value("ClientSecret", ""),
            listen,
            Value("PublicUrl", listen.Split(';')[0]).TrimEnd('/'));
        wrong = settings.FindMistake();
        if (wrong is not null) settings = null;
        return settings is not null;

        string Value(string key, string otherwise) => configuration[key] is { Length: > 0 } value ? value.Trim() : otherwise;
    }

    /// <summary>Whether a name is this computer without asking anybody.</summary>
    public static bool IsThisComputer(string host) => host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private string? FindMistake()
    {
        if (!IsSafe(Authority)) return $"Authority is \"{Authority}\". It must be an https address; http only on this computer (127.0.0.1).";
        if (!IsWeb(PublicUrl)) return $"People cannot open \"{PublicUrl}\". Say with --PublicUrl which address they use.";
        if (ClientSecret.Length > 0) return null;
        return $"""
            The demo needs the secret of its application "{ClientId}".
            Set it in the environment: ClientSecret=… dotnet run --project samples/demo
            The identity server shows the secret once, when the application is created or its secret is renewed.
            """;
    }

    private static bool IsWeb(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);

    // Over plain http anybody on the way could read the client secret and swap the signing keys.
    private static bool IsSafe(string address) =>
        IsWeb(address) && new Uri(address) is var uri && (uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback || IsThisComputer(uri.Host));
}
