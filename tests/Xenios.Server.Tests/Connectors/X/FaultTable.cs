namespace Xenios.Server.Tests.Connectors.X;

/// <summary>What a person must see for each way X can fail.</summary>
/// <param name="Connection">Which generation.</param>
/// <param name="Endpoint">Where X fails.</param>
/// <param name="Kind">How.</param>
/// <param name="Page">The page; <c>-</c> when the sign-in must succeed all the same.</param>
/// <param name="Error">Its code.</param>
/// <param name="Status">Its status.</param>
public sealed record FaultRow(string Connection, string Endpoint, string Kind, string Page, string Error, int Status)
{
    public override string ToString() => $"{Connection} {Endpoint} {Kind}";
}

/// <summary>Every fault of the X sandbox with what must come of it (ux parts 3.4 and 4.1, x-platform §1.8, §2.4, §3.7).</summary>
public static class FaultTable
{
    private const string Two = BothGenerations.Two;
    private const string One = BothGenerations.One;

    private static readonly (string Page, string Error, int Status) Fine = ("-", "", 302);
    private static readonly (string Page, string Error, int Status) Down = ("S52", "X-110", 502);
    private static readonly (string Page, string Error, int Status) Blocked = ("S52", "X-111", 502);
    private static readonly (string Page, string Error, int Status) Nonsense = ("S52", "X-115", 502);
    private static readonly (string Page, string Error, int Status) Slow = ("S53", "X-110", 504);
    private static readonly (string Page, string Error, int Status) Limited = ("S54", "X-109", 503);
    private static readonly (string Page, string Error, int Status) Unpaid = ("S55", "X-107", 502);
    private static readonly (string Page, string Error, int Status) NotEnrolled = ("S55", "X-106", 502);
    private static readonly (string Page, string Error, int Status) Forbidden = ("S55", "X-105", 502);
    private static readonly (string Page, string Error, int Status) BadSecret = ("S55", "X-102", 502);
    private static readonly (string Page, string Error, int Status) Used = ("S59", "X-112", 400);
    private static readonly (string Page, string Error, int Status) ClockOff = ("S55", "X-112", 502);
    private static readonly (string Page, string Error, int Status) Suspended = ("S57", "X-118", 403);
    private static readonly (string Page, string Error, int Status) Locked = ("S57", "X-119", 403);

    // What goes wrong alike on every call from server to server.
    private static readonly (string Kind, (string, string, int) Answer)[] Everywhere =
    [
        ("delay", Slow), ("drop", Down), ("credits_depleted", Unpaid), ("client_not_enrolled", NotEnrolled), ("rate_limited", Limited), ("usage_capped", Unpaid),
        ("server_error", Down), ("html_error", Down), ("unavailable", Down), ("cloudflare", Blocked), ("malformed", Nonsense), ("huge_body", Nonsense),
    ];

    public static IReadOnlyList<FaultRow> Rows { get; } =
    [
        .. Everywhere.Select(entry => Row(Two, "token", entry.Kind, entry.Answer)),
        Row(Two, "token", "unauthorized", BadSecret),
        Row(Two, "token", "forbidden", Forbidden),
        Row(Two, "token", "wrong_content_type", Nonsense),
        Row(Two, "token", "code_expired", Used),

        .. Everywhere.Select(entry => Row(Two, "users_me", entry.Kind, entry.Answer)),
        Row(Two, "users_me", "unauthorized", BadSecret),
        Row(Two, "users_me", "forbidden", Forbidden),
        Row(Two, "users_me", "wrong_content_type", Nonsense),
        Row(Two, "users_me", "user_suspended", Suspended),
        Row(Two, "users_me", "locked", Locked),
        Row(Two, "users_me", "no_id", Nonsense),
        Row(Two, "users_me", "id_number", Nonsense),
        Row(Two, "users_me", "empty_id", Nonsense),
        Row(Two, "users_me", "partial_errors", Fine),

        // Nothing is signed with a time in the second generation.
        Row(Two, "users_me", "clock_offset", Fine),

        .. Everywhere.Select(entry => Row(One, "request_token", entry.Kind, entry.Answer)),
        Row(One, "request_token", "unauthorized", ("S55", "X-101", 502)),
        Row(One, "request_token", "forbidden", Forbidden),
        Row(One, "request_token", "clock_offset", ClockOff),
        Row(One, "request_token", "callback_not_confirmed", Nonsense),

        // X labels these answers as HTML anyway: their type says nothing.
        Row(One, "request_token", "wrong_content_type", Fine),

        .. Everywhere.Select(entry => Row(One, "access_token", entry.Kind, entry.Answer)),
        Row(One, "access_token", "unauthorized", BadSecret),
        Row(One, "access_token", "forbidden", Forbidden),
        Row(One, "access_token", "clock_offset", ClockOff),
        Row(One, "access_token", "reused_token", Used),
        Row(One, "access_token", "no_user_id", Fine),
        Row(One, "access_token", "wrong_content_type", Fine),

        .. Everywhere.Select(entry => Row(One, "verify_credentials", entry.Kind, entry.Answer)),
        Row(One, "verify_credentials", "unauthorized", BadSecret),
        Row(One, "verify_credentials", "clock_offset", ClockOff),
        Row(One, "verify_credentials", "wrong_content_type", Nonsense),
        Row(One, "verify_credentials", "user_suspended", Suspended),
        Row(One, "verify_credentials", "locked", Locked),
        Row(One, "verify_credentials", "no_id", Nonsense),
        Row(One, "verify_credentials", "id_number", Nonsense),
        Row(One, "verify_credentials", "empty_id", Nonsense),

        // The plan may lack the call: then the sign-in goes on without an address (XD-11).
        Row(One, "verify_credentials", "code_453", Fine),
        Row(One, "verify_credentials", "forbidden", Fine),
    ];

    /// <summary>X's own pages: there the person stays, and we hear nothing. A delay only makes them wait.</summary>
    public static IReadOnlyList<(string Connection, string Endpoint, string Kind)> Pages { get; } =
    [
        .. from page in ((string, string)[])[(Two, "authorize"), (One, "authenticate")]
           from kind in (string[])["drop", "forbidden", "server_error", "html_error", "unavailable", "cloudflare"]
           select (page.Item1, page.Item2, kind),
    ];

    private static FaultRow Row(string connection, string endpoint, string kind, (string Page, string Error, int Status) answer) =>
        new(connection, endpoint, kind, answer.Page, answer.Error, answer.Status);
}
