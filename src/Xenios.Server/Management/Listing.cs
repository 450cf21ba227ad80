using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Xenios.Protocol;
using Xenios.Server.Resources;

namespace Xenios.Server.Management;

/// <summary>Which part of a list is asked for: <c>?q=&amp;limit=&amp;cursor=</c> (contract §5). Lists are walked by key, never by offset, so a long one costs no more than a short one.</summary>
/// <param name="Query">What to search for, trimmed; null for everything.</param>
/// <param name="Limit">Most entries, 1 to 100.</param>
/// <param name="After">Key of the last entry of the page before; null for the first page.</param>
internal sealed record Listing(string? Query, int Limit, string? After)
{
    /// <summary>Most entries of a page, unless a list says otherwise.</summary>
    public const int Most = 100;

    private const int Usual = 50;
    private const int LongestQuery = 256;
    private const int LongestCursor = 1024;

    /// <summary>Reads the query of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="filters">Names of the further parameters that the endpoint knows; any other is refused.</param>
    public static Result<Listing, Problem> Read(HttpRequest request, params IReadOnlyList<string> filters) => Read(request, Most, filters);

    /// <summary>Reads the query of a request for a list whose pages may be longer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">Most entries of a page.</param>
    /// <param name="filters">Names of the further parameters that the endpoint knows; any other is refused.</param>
    public static Result<Listing, Problem> Read(HttpRequest request, int most, params IReadOnlyList<string> filters)
    {
        foreach (var (name, values) in request.Query)
        {
            if (name is not ("q" or "limit" or "cursor") && !filters.Contains(name, StringComparer.Ordinal))
            {
                return Problem.Malformed(new FieldError(FieldPath.Name(name), "A-10", $"unknown parameter; known are {string.Join(", ", ["q", "limit", "cursor", .. filters])}"));
            }

            if (values.Count > 1)
            {
                return Problem.Malformed(new FieldError(name, FieldCode.Duplicate, "this parameter stands twice"));
            }

            // Nothing that is stored has one, and PostgreSQL takes no NUL.
            if (values.ToString().Any(char.IsControl))
            {
                return Problem.Malformed(new FieldError(name, FieldCode.Malformed, "control characters are not searched for"));
            }
        }

        string? query = request.Query["q"];
        if (query?.Length > LongestQuery)
        {
            return Problem.Malformed(new FieldError("q", FieldCode.OutOfRange, $"at most {LongestQuery} characters"));
        }

        var limit = Usual;
        if (request.Query.TryGetValue("limit", out var given) && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1 || limit > most))
        {
            return Problem.Malformed(new FieldError("limit", FieldCode.OutOfRange, $"a whole number from 1 to {most}"));
        }

        string? after = null;
        if (request.Query.TryGetValue("cursor", out var cursor) && (after = Open(cursor.ToString())) is null)
        {
            return Problem.Malformed(new FieldError("cursor", FieldCode.Malformed, "this is no cursor of this list; begin again without one"));
        }

        return new Listing(string.IsNullOrWhiteSpace(query) ? null : query.Trim(), limit, after);
    }

    /// <summary>The cursor that follows an entry.</summary>
    /// <param name="key">The entry's key in the list's order.</param>
    public static string Cursor(string key) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(key));

    /// <summary>What a parameter says; an empty one says nothing, as in a form that was sent with a field left blank.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">Name of the parameter.</param>
    /// <returns>Null where it is absent or empty.</returns>
    public static string? Given(HttpRequest request, string name) => request.Query[name] is [{ Length: > 0 } text] ? text : null;

    /// <summary>A moment that a parameter names; a day is its first moment, in UTC.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="errors">Receives what is wrong with it.</param>
    /// <returns>Null where it is absent, empty or wrong.</returns>
    public static DateTimeOffset? Moment(HttpRequest request, string name, ICollection<FieldError> errors)
    {
        if (Given(request, name) is not { } text)
        {
            return null;
        }

        if (TryMoment(text, out var moment))
        {
            return moment;
        }

        errors.Add(new FieldError(name, FieldCode.Malformed, "a moment such as 2026-11-22T14:00:00Z, or a day"));
        return null;
    }

    /// <summary>Reads a moment; a day is its first moment, in UTC.</summary>
    /// <param name="text">As it stands in a query.</param>
    /// <param name="moment">The moment.</param>
    public static bool TryMoment(string text, out DateTimeOffset moment)
    {
        // A plus sign in a query is a space unless it was escaped.
        var written = text.Contains('T', StringComparison.Ordinal) ? text.Replace(' ', '+') : text;
        return DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
    }

    private static string? Open(string cursor)
    {
        if (cursor.Length is 0 or > LongestCursor)
        {
            return null;
        }

        try
        {
            var key = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(WebEncoders.Base64UrlDecode(cursor));
            return key.Contains('\0', StringComparison.Ordinal) ? null : key;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
