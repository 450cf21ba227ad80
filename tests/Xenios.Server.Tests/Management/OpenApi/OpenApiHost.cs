using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Management;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management.OpenApi;

/// <summary>One operation of the document.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path with its parameters in braces.</param>
/// <param name="Json">What the document says of it.</param>
internal sealed record DocumentedOperation(string Method, string Path, JsonElement Json)
{
    /// <summary>Method and path.</summary>
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>One server with the maker of the document beside it, the checked-in document, and a machine that may read only.</summary>
public sealed class OpenApiHost : IAsyncLifetime
{
    private const string Secret = "machine-secret-0123456789-abcdefghijkl";

    // Read when it is first asked for: the test that writes it anew must not need what stands there.
    private static readonly Lazy<JsonElement> Parsed = new(() => JsonDocument.Parse(System.IO.File.ReadAllText(File!)).RootElement);

    /// <summary>The checked-in document.</summary>
    public static string File { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "..", "docs", "openapi.json"));

    /// <summary>The document that the program serves.</summary>
    internal static JsonElement Document => Parsed.Value;

    /// <summary>Everything in it.</summary>
    internal static IReadOnlyList<DocumentedOperation> Operations =>
    [
        .. Document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => new DocumentedOperation(operation.Name.ToUpperInvariant(), path.Name, operation.Value))),
    ];

    public XeniosHost Host { get; private set; } = null!;

    /// <summary>The routes of the management API.</summary>
    internal IReadOnlyList<RouteEndpoint> Endpoints =>
    [
        .. Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith(ManagementRoutes.Prefix, StringComparison.Ordinal) == true),
    ];

    public async Task InitializeAsync() => Host = await XeniosHost.StartAsync(options =>
    {
        options.Services = OpenApiGenerator.Add;
        options.MoreResources.Add("environment: { slug: two }");
        options.MoreResources.Add($"applications: [{{ client_id: reader, type: machine, client_secret: {Secret}, scopes: [\"manage:read\"] }}]");
    });

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>An access token with <c>manage:read</c>.</summary>
    public async Task<string> ReaderAsync() =>
        (await new RelyingParty(Host) { ClientId = "reader", Secret = Secret }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)])).AccessToken;

    /// <summary>What a reference of the document names.</summary>
    internal static JsonElement Resolve(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? reference.GetString()!.Split('/').Skip(1).Aggregate(Document, (at, name) => at.GetProperty(name)) : schema;

    private static string Here([CallerFilePath] string path = "") => path;
}
