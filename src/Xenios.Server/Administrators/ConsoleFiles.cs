using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Xenios.Server.Administrators;

/// <summary>The console's files as its build made them, embedded in the program: one page and what it loads.</summary>
internal sealed class ConsoleFiles
{
    /// <summary>A program without a console: built without Node.js.</summary>
    public static readonly ConsoleFiles None = new([]);

    private const string Prefix = "console/";
    private const string PageName = "index.html";
    private const string NoncePlace = "__NONCE__";

    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, EmbeddedFile> _files;

    private ConsoleFiles(IEnumerable<EmbeddedFile> files) => _files = files.ToFrozenDictionary(file => file.Name, StringComparer.Ordinal);

    /// <summary>Whether the program has a console.</summary>
    public bool IsBuilt => _files.ContainsKey(PageName);

    /// <summary>The files that an assembly has under <c>console/</c>; read when they are first asked for.</summary>
    /// <param name="assembly">The program's assembly.</param>
    public static ConsoleFiles Of(Assembly assembly) => Of(
        assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => KeyValuePair.Create(name[Prefix.Length..], () => Read(assembly, name))));

    /// <summary>Files by their path below <c>/console/</c>.</summary>
    /// <param name="files">Paths, and what reads each file.</param>
    public static ConsoleFiles Of(IEnumerable<KeyValuePair<string, Func<byte[]>>> files) => new(files.Select(file => new EmbeddedFile(file.Key, file.Value)));

    /// <summary>The file at a path; null where there is none. The page itself is none of them.</summary>
    /// <param name="path">Path below <c>/console/</c>.</param>
    public EmbeddedFile? Find(string path) => path == PageName ? null : _files.GetValueOrDefault(path);

    /// <summary>The page, for one answer.</summary>
    /// <param name="nonce">What lets its styles pass the policy of this answer.</param>
    public string Page(string nonce) => Encoding.UTF8.GetString(_files[PageName].Content.Body).Replace(NoncePlace, nonce, StringComparison.Ordinal);

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var body = new byte[stream.Length];
        stream.ReadExactly(body);
        return body;
    }

    /// <summary>A file of the console. Compressed once, when it is first asked for.</summary>
    /// <param name="name">Path below <c>/console/</c>.</param>
    /// <param name="read">Reads it.</param>
    internal sealed class EmbeddedFile(string name, Func<byte[]> read) : IResult
    {
        private readonly Lazy<FileContent> _content = new(() => new FileContent(read()));

        /// <summary>Path below <c>/console/</c>.</summary>
        public string Name => name;

        /// <summary>What it holds.</summary>
        public FileContent Content => _content.Value;

        // The build puts a hash into these names, so that their content never changes.
        private bool IsHashed => name.StartsWith("assets/", StringComparison.Ordinal);

        /// <inheritdoc/>
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var (request, response) = (httpContext.Request, httpContext.Response);
            var (encoding, body) = Content.For(request.Headers.AcceptEncoding.ToString());
            var tag = encoding is null ? $"\"{Content.Hash}\"" : $"\"{Content.Hash}-{encoding}\"";
            response.Headers.CacheControl = IsHashed ? "public, max-age=31536000, immutable" : "no-cache";
            response.Headers.Vary = "Accept-Encoding";
            response.Headers.ETag = tag;
            if (request.Headers.IfNoneMatch.ToString().Split(',').Any(one => one.Trim() == tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            response.ContentType = MediaTypes.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream");
            response.ContentLength = body.Length;
            if (encoding is not null)
            {
                response.Headers.ContentEncoding = encoding;
            }

            return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }

    /// <summary>What a file holds, as it is and compressed.</summary>
    /// <param name="body">As it is.</param>
    internal sealed class FileContent(byte[] body)
    {
        private readonly Lazy<byte[]> _brotli = new(() => Compress(body, stream => new BrotliStream(stream, CompressionLevel.Optimal)));
        private readonly Lazy<byte[]> _gzip = new(() => Compress(body, stream => new GZipStream(stream, CompressionLevel.Optimal)));

        /// <summary>As it is.</summary>
        public byte[] Body => body;

        /// <summary>The beginning of its SHA-256, in hexadecimal.</summary>
        public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12));

        /// <summary>The form for a browser; one that says <c>q=0</c> of an encoding does not want it.</summary>
        /// <param name="accepts">Its <c>Accept-Encoding</c>.</param>
        /// <returns>The encoding, null for none, and the octets.</returns>
        public (string? Encoding, byte[] Body) For(string accepts) =>
            Accepts(accepts, "br") && _brotli.Value.Length < body.Length ? ("br", _brotli.Value)
            : Accepts(accepts, "gzip") && _gzip.Value.Length < body.Length ? ("gzip", _gzip.Value)
            : (null, body);

        private static bool Accepts(string header, string encoding) => header.Split(',').Any(one =>
            one.Split(';') is [var named, ..] parts && named.Trim() == encoding && !parts.Skip(1).Any(weight => weight.Replace(" ", "", StringComparison.Ordinal) is "q=0" or "q=0.0" or "q=0.00" or "q=0.000"));

        private static byte[] Compress(byte[] body, Func<Stream, Stream> open)
        {
            using var compressed = new MemoryStream();
            using (var stream = open(compressed))
            {
                stream.Write(body);
            }

            return compressed.ToArray();
        }
    }
}
