using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Xenios.Server.SignIn;

/// <summary>Styles and scripts of the pages, embedded in the program and served under names that change with their content.</summary>
internal static class PageAssets
{
    private static readonly FrozenDictionary<string, Asset> ByFile = Load();
    private static readonly FrozenDictionary<string, Asset> ByName = ByFile.Values.ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>Address of an asset.</summary>
    /// <param name="context">The request, for its path base.</param>
    /// <param name="file">File name, such as <c>signin.css</c>.</param>
    public static string Url(HttpContext context, string file) => $"{context.Request.PathBase}/assets/{ByFile[file].Name}";

    /// <summary>Adds the route.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/assets/{name}", Serve);

    private static IResult Serve(string name, HttpContext context)
    {
        if (!ByName.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(asset.Body, asset.MediaType);
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        const string Prefix = "assets/";
        var assembly = Assembly.GetExecutingAssembly();
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var body = new byte[stream.Length];
            stream.ReadExactly(body);
            var file = resource[Prefix.Length..];
            var extension = Path.GetExtension(file);
            var hash = Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 6));
            assets[file] = new Asset($"{Path.GetFileNameWithoutExtension(file)}.{hash}{extension}", extension == ".css" ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8", body);
        }

        return assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private sealed record Asset(string Name, string MediaType, byte[] Body);
}
