using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;

namespace Xenios.Server.Hosting;

/// <summary>Reads form bodies within limits.</summary>
internal static class FormReader
{
    private const int MaxBody = 64 * 1024;
    private const int MaxQuery = 12 * 1024;

    // The forms of clients are small, and whoever sends one holds a place that others wait for.
    private static readonly TimeSpan ClientLimit = TimeSpan.FromSeconds(5);

    /// <summary>A client's body is larger than 64 KiB.</summary>
    public static readonly OAuthError TooLarge = OAuthError.InvalidRequest("The body is larger than 64 KiB.");

    /// <summary>Whether the request says that its body is a form.</summary>
    /// <param name="request">The request.</param>
    public static bool IsForm(HttpRequest request) =>
        request.ContentType is { } type && type.AsSpan()[..(type.IndexOf(';', StringComparison.Ordinal) is var end and >= 0 ? end : type.Length)].Trim()
            .Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>Null when it is no form or larger than 64 KiB.</returns>
    public static async Task<Parameters?> ReadAsync(HttpRequest request, CancellationToken ct) =>
        IsForm(request) ? await ReadBodyAsync(request, ct) : null;

    /// <summary>A client's body was not whole after five seconds.</summary>
    public static readonly OAuthError TooSlow = OAuthError.InvalidRequest("The body was not complete after 5 seconds.");

    /// <summary>Reads a form from a client, which is told what was wrong: no form, larger than 64 KiB, or not complete after five seconds (threats L05).</summary>
    /// <param name="request">The request.</param>
    /// <param name="time">The server's clock.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task<Result<Parameters, OAuthError>> ReadFromClientAsync(HttpRequest request, TimeProvider time, CancellationToken ct)
    {
        if (!IsForm(request))
        {
            return OAuthError.InvalidRequest("The body must be application/x-www-form-urlencoded.");
        }

        // Nearly always the body is there already, which costs no timer.
        var reading = ReadBodyAsync(request, ct);
        if (!reading.IsCompleted)
        {
            return await ReadSlowAsync(request, reading, time, ct);
        }

        return await reading is { } form ? form : TooLarge;
    }

    private static async Task<Result<Parameters, OAuthError>> ReadSlowAsync(HttpRequest request, Task<Parameters?> reading, TimeProvider time, CancellationToken ct)
    {
        try
        {
            return await reading.WaitAsync(ClientLimit, time, ct) is { } form ? form : TooLarge;
        }
        catch (TimeoutException)
        {
            request.BodyReader.CancelPendingRead();
            await reading;
            return TooSlow;
        }
    }

    private static async Task<Parameters?> ReadBodyAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MaxBody)
        {
            return null;
        }

        // What is read stays in the pipe until it is whole: a form comes in one piece nearly always.
        var pipe = request.BodyReader;
        while (true)
        {
            var read = await pipe.ReadAsync(ct);
            var body = read.Buffer;
            if (body.Length > MaxBody)
            {
                pipe.AdvanceTo(body.End);
                return null;
            }

            if (read.IsCanceled)
            {
                pipe.AdvanceTo(body.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var form = Parse(body);
                pipe.AdvanceTo(body.End);
                return form;
            }

            pipe.AdvanceTo(body.Start, body.End);
        }
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

    private static Parameters Parse(ReadOnlySequence<byte> body)
    {
        var text = ArrayPool<char>.Shared.Rent((int)body.Length);
        try
        {
            var length = body.IsSingleSegment ? Encoding.UTF8.GetChars(body.FirstSpan, text) : Encoding.UTF8.GetChars(body.ToArray(), text);
            return Parameters.ParseForm(text.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text, clearArray: true); // secrets lay in it
        }
    }
}
