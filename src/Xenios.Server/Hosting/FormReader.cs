using System.Text;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;

namespace Xenios.Server.Hosting;

/// <summary>Reads form bodies within limits.</summary>
internal static class FormReader
{
    private const int MaxBody = 64 * 1024;
    private const int MaxQuery = 12 * 1024;

    /// <summary>Whether the request says that its body is a form.</summary>
    /// <param name="request">The request.</param>
    public static bool IsForm(HttpRequest request) =>
        request.ContentType is { } type && type.AsSpan()[..(type.IndexOf(';', StringComparison.Ordinal) is var end and >= 0 ? end : type.Length)].Trim()
            .Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>Null when it is no form or larger than 64 KiB.</returns>
    public static async Task<Parameters?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!IsForm(request) || request.ContentLength > MaxBody)
        {
            return null;
        }

        using var body = new MemoryStream();
        var chunk = new byte[8 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, ct)) > 0)
        {
            if (body.Length + read > MaxBody)
            {
                return null;
            }

            body.Write(chunk, 0, read);
        }

        return Parameters.ParseForm(Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length));
    }

    /// <summary>
    /// Reads the body as the query of the GET that answers it: a cross-site post comes without Lax cookies, the GET that follows brings them.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>Null when it is no form, or has more or longer parameters than an address holds.</returns>
    public static async Task<string?> ReadAsQueryAsync(HttpRequest request, CancellationToken ct)
    {
        if (await ReadAsync(request, ct) is not { TooMany: false } form)
        {
            return null;
        }

        var query = Parameters.Format(form.Pairs.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
        return query.Length > MaxQuery ? null : query;
    }

    /// <summary>The query's parameters.</summary>
    /// <param name="request">The request.</param>
    public static Parameters Query(HttpRequest request) => Parameters.ParseForm(request.QueryString.Value.AsSpan().TrimStart('?'));
}
