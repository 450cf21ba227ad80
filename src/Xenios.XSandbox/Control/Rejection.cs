using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.Control;

/// <summary>What is wrong with the input of the control API or page.</summary>
/// <param name="Member">Which member; null when it is about the whole.</param>
/// <param name="Message">A sentence for a human.</param>
/// <param name="Status">The status of the answer.</param>
internal sealed record Rejection(string? Member, string Message, int Status = StatusCodes.Status400BadRequest)
{
    public static readonly Rejection CrossSite =
        new(null, "This request came from another site.", StatusCodes.Status403Forbidden);

    public static Rejection Missing(string what) => new(null, $"There is no such {what}.", StatusCodes.Status404NotFound);

    public static Rejection Conflict(string message) => new(null, message, StatusCodes.Status409Conflict);

    public Answer Json() => Answer.Json(Status, new JsonObject { ["error"] = Name, ["member"] = Member, ["message"] = Message });

    private string Name => Status switch
    {
        StatusCodes.Status403Forbidden => "cross_site",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status409Conflict => "conflict",
        StatusCodes.Status413PayloadTooLarge => "too_large",
        StatusCodes.Status415UnsupportedMediaType => "not_json",
        _ => "invalid_request",
    };
}

/// <summary>Keeps other sites from driving a developer's sandbox through the developer's browser.</summary>
internal static class SameOrigin
{
    /// <summary>Whether a request that changes something comes from this sandbox's own page, or from no page at all.</summary>
    public static bool Allows(HttpRequest request, Uri url)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is "same-origin" or "none";
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin.Equals(url.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
    }
}
