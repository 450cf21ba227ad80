using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Xenios.Server.Connectors.X;

/// <summary>X's error shapes as typed failures: matched on codes and on the last segment of <c>type</c>, never on English text alone (x-platform §1.8, §2.4, §3.7).</summary>
internal static partial class XErrors
{
    private const int MaxDetail = 200;

    /// <summary>An error in the OAuth 2.0 callback.</summary>
    /// <param name="error">The <c>error</c> parameter.</param>
    public static UpstreamFailure FromCallback(string error) => error == "access_denied"
        ? new(UpstreamFailureKind.Denied, "access_denied", UpstreamStep.Callback, "access_denied")
        : new(UpstreamFailureKind.Misconfigured, "X-113", UpstreamStep.Callback, Shorten($"X answered error={error}"));

    /// <summary>A callback that names another visit than the one it was found by.</summary>
    public static UpstreamFailure ForeignReply() =>
        new(UpstreamFailureKind.Stale, "callback_unknown", UpstreamStep.Callback, "the callback belongs to another visit, or the connection's protocol changed meanwhile");

    /// <summary>A success status with a body that makes no sense.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="step">Where it came.</param>
    public static UpstreamFailure UnknownShape(XAnswer answer, UpstreamStep step) =>
        new(UpstreamFailureKind.Unavailable, "X-115", step, $"HTTP {(int)answer.Status}, {answer.Body.Length} characters of unknown shape{(answer.IsHtml ? " (HTML)" : "")}");

    /// <summary>An error status.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="step">Where it came.</param>
    public static UpstreamFailure FromAnswer(XAnswer answer, UpstreamStep step)
    {
        var problem = Read(answer);
        var detail = Shorten($"HTTP {(int)answer.Status} {problem.Describe()}{(answer.IsHtml ? " (HTML)" : "")}");
        UpstreamFailure Failure(UpstreamFailureKind kind, string code) => new(kind, code, step, detail, kind == UpstreamFailureKind.RateLimited ? answer.ResetAt : null, problem.Name());

        return (problem.Code, problem.Type, problem.OAuthError, problem.Reason) switch
        {
            (416, _, _, _) => Failure(UpstreamFailureKind.AppSuspended, "X-108"),
            (415 or 417, _, _, _) => Failure(UpstreamFailureKind.Misconfigured, "X-104"),
            (64, _, _, _) or (_, "user-suspended", _, _) => Failure(UpstreamFailureKind.AccountRefused, "X-118"),
            (326, _, _, _) => Failure(UpstreamFailureKind.AccountRefused, "X-119"),
            (135, _, _, _) => Failure(UpstreamFailureKind.Misconfigured, "X-112"),
            (453 or 87 or 220, _, _, _) => Failure(UpstreamFailureKind.Misconfigured, "X-105"),
            (32 or 215 or 99, _, _, _) => Failure(UpstreamFailureKind.Misconfigured, step == UpstreamStep.Challenge ? "X-101" : "X-102"),
            (89, _, _, _) when step == UpstreamStep.Exchange => Failure(UpstreamFailureKind.Stale, "X-112"),
            (88, _, _, _) => Failure(UpstreamFailureKind.RateLimited, "X-109"),
            (130 or 131, _, _, _) => Failure(UpstreamFailureKind.Unavailable, "X-110"),
            (_, "credits" or "usage-capped", _, _) => Failure(UpstreamFailureKind.Misconfigured, "X-107"),
            (_, "client-forbidden", _, _) or (_, _, _, "client-not-enrolled") => Failure(UpstreamFailureKind.Misconfigured, "X-106"),
            (_, "unsupported-authentication", _, _) => Failure(UpstreamFailureKind.Misconfigured, "X-105"),
            (_, _, "invalid_client", _) => Failure(UpstreamFailureKind.Misconfigured, "X-101"),
            (_, _, "unauthorized_client", _) => Failure(UpstreamFailureKind.Misconfigured, "X-102"),
            (_, _, "invalid_request" or "invalid_grant", _) when step == UpstreamStep.Exchange => FromInvalidRequest(problem, Failure),
            _ => FromStatus(answer, step, Failure),
        };
    }

    // X says invalid_request where RFC 6749 says invalid_grant; only its English tells a spent code from a wrong callback (x-platform §1.8).
    private static UpstreamFailure FromInvalidRequest(Problem problem, Func<UpstreamFailureKind, string, UpstreamFailure> failure)
    {
        var text = problem.Description ?? "";
        return text.Contains("redirect uri", StringComparison.OrdinalIgnoreCase) ? failure(UpstreamFailureKind.Misconfigured, "X-104")
            : text.Contains("code_verifier", StringComparison.OrdinalIgnoreCase) || text.Contains("client_id", StringComparison.OrdinalIgnoreCase) ? failure(UpstreamFailureKind.Misconfigured, "X-103")
            : failure(UpstreamFailureKind.Stale, "X-112");
    }

    private static UpstreamFailure FromStatus(XAnswer answer, UpstreamStep step, Func<UpstreamFailureKind, string, UpstreamFailure> failure) => answer.Status switch
    {
        HttpStatusCode.TooManyRequests => failure(UpstreamFailureKind.RateLimited, "X-109"),
        HttpStatusCode.PaymentRequired => failure(UpstreamFailureKind.Misconfigured, "X-107"),
        HttpStatusCode.Forbidden when answer.IsHtml => failure(UpstreamFailureKind.Unavailable, "X-111"),
        HttpStatusCode.Forbidden => failure(UpstreamFailureKind.Misconfigured, "X-105"),

        // A spent request token answers 401 with a plain text in any language, or in the dialect without codes (x-platform §3.4, §3.7).
        HttpStatusCode.Unauthorized when step == UpstreamStep.Exchange && answer.Json is null
            && (!answer.Body.Contains('<', StringComparison.Ordinal) || answer.Body.Contains("<hash>", StringComparison.Ordinal)) =>
            failure(UpstreamFailureKind.Stale, "X-112"),
        HttpStatusCode.Unauthorized => failure(UpstreamFailureKind.Misconfigured, step == UpstreamStep.Challenge ? "X-101" : "X-102"),
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => failure(UpstreamFailureKind.TimedOut, "X-110"),
        >= HttpStatusCode.InternalServerError => failure(UpstreamFailureKind.Unavailable, "X-110"),
        _ => failure(UpstreamFailureKind.Unavailable, "X-115"),
    };

    private static Problem Read(XAnswer answer)
    {
        if (answer.Json is { ValueKind: JsonValueKind.Object } json)
        {
            var first = json.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0 && errors[0].ValueKind == JsonValueKind.Object
                ? errors[0]
                : json;
            string? Any(string name) => XAnswer.Text(json, name) ?? XAnswer.Text(first, name);
            return new Problem
            {
                Code = first.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) ? number : null,
                Type = Any("type")?.Split('/')[^1],
                Title = Any("title"),
                Reason = Any("reason"),
                OAuthError = XAnswer.Text(json, "error"),
                Description = XAnswer.Text(json, "error_description") ?? Any("detail") ?? Any("message"),
            };
        }

        var xml = XmlCode().Match(answer.Body.Length > 4096 ? answer.Body[..4096] : answer.Body);
        return xml.Success ? new Problem { Code = int.Parse(xml.Groups[1].ValueSpan, CultureInfo.InvariantCulture) } : new Problem();
    }

    private static string Shorten(string text)
    {
        var clean = new string([.. text.Where(c => c is >= ' ' and not '\u007f')]);
        return clean.Length <= MaxDetail ? clean : clean[..MaxDetail] + "…";
    }

    [GeneratedRegex(@"\A[a-z][a-z_-]{2,39}\z", RegexOptions.None, 100)]
    private static partial Regex NamePattern();

    [GeneratedRegex("""<error code="([0-9]{1,6})">""", RegexOptions.None, 100)]
    private static partial Regex XmlCode();

    private sealed record Problem
    {
        public int? Code { get; init; }

        public string? Type { get; init; }

        public string? Title { get; init; }

        public string? Reason { get; init; }

        public string? OAuthError { get; init; }

        public string? Description { get; init; }

        // Names alone: a sentence of X's could hold anything.
        public string? Name() => Code is { } code ? $"code {code}" : new[] { Type, OAuthError, Reason }.FirstOrDefault(name => name is not null && NamePattern().IsMatch(name));

        public string Describe() => string.Join(
            ", ",
            new[] { Code is { } code ? $"code {code}" : null, Type is null or "about:blank" ? null : Type, Title, OAuthError, Reason, Description }.Where(part => part is not null));
    }
}
