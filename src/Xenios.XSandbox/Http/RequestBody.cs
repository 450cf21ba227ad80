using System.Text;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;

namespace Xenios.XSandbox.Http;

/// <summary>Reads request bodies up to a size no honest request of this kind reaches.</summary>
internal static class RequestBody
{
    private const int Limit = 64 * 1024;

    /// <summary>The whole body, or null when it is too long.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > Limit)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            if (body.Length + read > Limit)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>The parameters of a form body, none when the body is of another type, or null when it is too long.</summary>
    public static async Task<Parameters?> ReadFormAsync(HttpContext http)
    {
        if (!HasForm(http.Request))
        {
            return Parameters.ParseForm([]);
        }

        return await ReadAsync(http) is { } body && Parameters.ParseForm(Encoding.UTF8.GetString(body)) is { TooMany: false } form ? form : null;
    }

    public static Parameters Query(HttpRequest request) => Parameters.ParseForm(request.QueryString.Value.AsSpan().TrimStart('?'));

    public static bool IsOfType(HttpRequest request, string mediaType)
    {
        var type = request.ContentType.AsSpan();
        var parameters = type.IndexOf(';');
        return (parameters < 0 ? type : type[..parameters]).Trim().Equals(mediaType, StringComparison.OrdinalIgnoreCase);
    }

    private static bool HasForm(HttpRequest request) => IsOfType(request, "application/x-www-form-urlencoded");
}
