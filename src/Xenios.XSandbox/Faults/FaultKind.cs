namespace Xenios.XSandbox.Faults;

/// <summary>The ways an endpoint can misbehave.</summary>
internal enum FaultKind
{
    Delay,
    Drop,
    Unauthorized,
    CreditsDepleted,
    Forbidden,
    ClientNotEnrolled,
    UserSuspended,
    Locked,
    RateLimited,
    UsageCapped,
    ServerError,
    Unavailable,
    HtmlError,
    Cloudflare,
    Malformed,
    HugeBody,
    WrongContentType,
    CodeExpired,
    PartialErrors,
    Code453,
    ClockOffset,
    NoId,
    IdNumber,
    EmptyId,
    CallbackNotConfirmed,
    NoUserId,
    ReusedToken,
}

/// <summary>A kind switched on, with its details.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Seconds">How long, how far, or until when; see the kind.</param>
/// <param name="Text">What <see cref="FaultKind.ReusedToken"/> says; null for its own text.</param>
/// <param name="Times">How many requests it still applies to; null until it is switched off.</param>
internal sealed record Fault(FaultKind Kind, int Seconds = 0, string? Text = null, int? Times = null);

/// <summary>What is known about a kind besides what it does.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Its name in the control API.</param>
/// <param name="Title">Its name on the control page.</param>
/// <param name="Endpoints">Where it makes sense.</param>
/// <param name="Seconds">What <see cref="Fault.Seconds"/> is when nobody says; null when the kind has no time.</param>
internal sealed record FaultDescription(FaultKind Kind, string Name, string Title, IReadOnlyList<string> Endpoints, int? Seconds = null);

/// <summary>All kinds in the order the control page offers them.</summary>
internal static class FaultCatalog
{
    public const int LongestSeconds = 86_400;

    public static readonly IReadOnlyList<FaultDescription> All =
    [
        new(FaultKind.Delay, "delay", "Slow: wait, then answer", EndpointNames.All, 5),
        new(FaultKind.Drop, "drop", "Drop the connection", EndpointNames.All),
        new(FaultKind.Unauthorized, "unauthorized", "401 not authenticated", EndpointNames.Api),
        new(FaultKind.CreditsDepleted, "credits_depleted", "402 no credits", EndpointNames.Api),
        new(FaultKind.Forbidden, "forbidden", "403 forbidden", EndpointNames.All),
        new(FaultKind.ClientNotEnrolled, "client_not_enrolled", "403 app not enrolled", EndpointNames.Api),
        new(FaultKind.UserSuspended, "user_suspended", "403 person suspended", EndpointNames.Profiles),
        new(FaultKind.Locked, "locked", "403 account locked (326)", EndpointNames.Profiles),
        new(FaultKind.Code453, "code_453", "403 not in the plan (453)", [EndpointNames.VerifyCredentials]),
        new(FaultKind.RateLimited, "rate_limited", "429 rate limit", EndpointNames.Api, 900),
        new(FaultKind.UsageCapped, "usage_capped", "429 monthly cap", EndpointNames.Api),
        new(FaultKind.ServerError, "server_error", "500 internal error", EndpointNames.All),
        new(FaultKind.HtmlError, "html_error", "502 with an HTML page", EndpointNames.All),
        new(FaultKind.Unavailable, "unavailable", "503 over capacity", EndpointNames.All),
        new(FaultKind.Cloudflare, "cloudflare", "403 Cloudflare page", EndpointNames.All),
        new(FaultKind.Malformed, "malformed", "Malformed body", EndpointNames.Api),
        new(FaultKind.HugeBody, "huge_body", "Huge body (5 MB)", EndpointNames.Api),
        new(FaultKind.WrongContentType, "wrong_content_type", "Wrong content type", EndpointNames.Api),
        new(FaultKind.CodeExpired, "code_expired", "Code expired", [EndpointNames.Token]),
        new(FaultKind.PartialErrors, "partial_errors", "Partial errors", [EndpointNames.UsersMe]),
        new(FaultKind.ClockOffset, "clock_offset", "Clock differs (135)", EndpointNames.Signed, 3600),
        new(FaultKind.NoId, "no_id", "Profile without id", EndpointNames.Profiles),
        new(FaultKind.IdNumber, "id_number", "Profile id as a number", EndpointNames.Profiles),
        new(FaultKind.EmptyId, "empty_id", "Profile id empty", EndpointNames.Profiles),
        new(FaultKind.CallbackNotConfirmed, "callback_not_confirmed", "Callback not confirmed", [EndpointNames.RequestToken]),
        new(FaultKind.NoUserId, "no_user_id", "No user_id in the answer", [EndpointNames.AccessToken]),
        new(FaultKind.ReusedToken, "reused_token", "Token used before, localised text", [EndpointNames.AccessToken]),
    ];

    public static FaultDescription Of(FaultKind kind) => All.First(description => description.Kind == kind);

    public static FaultDescription? Named(string? name) => All.FirstOrDefault(description => description.Name.Equals(name, StringComparison.Ordinal));
}
