using System.Text;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.OAuth1;
using Xenios.XSandbox.OAuth2;
using Xenios.XSandbox.Pages;
using Xenios.XSandbox.Profile;

namespace Xenios.XSandbox.Faults;

/// <summary>The answers that faults put in the place of the real one. Kinds without one only bend the real answer.</summary>
internal static class FaultAnswers
{
    private const string FrenchReusedToken = "Cette fonctionnalité est temporairement indisponible";

    private const string BadGatewayPage =
        "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

    private const string CloudflarePage =
        "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been blocked</h1>"
        + "<p>Cloudflare Ray ID: 8f1c2d3e4a5b6c7d</p></body></html>";

    public static IResult? For(string endpoint, Fault fault, HttpContext http, DateTimeOffset now)
    {
        AddHeaders(fault, http.Response.Headers, now);
        return fault.Kind switch
        {
            FaultKind.HtmlError => Answer.Text(502, BadGatewayPage, Markup.ContentType),
            FaultKind.Cloudflare => Answer.Text(403, CloudflarePage, Markup.ContentType),
            FaultKind.HugeBody => new HugeBody(),
            FaultKind.ReusedToken => Answer.Text(401, fault.Text ?? FrenchReusedToken),
            _ when EndpointNames.Pages.Contains(endpoint) => Page(fault.Kind),
            _ when EndpointNames.V1.Contains(endpoint) => V1(endpoint, fault.Kind, http.Request),
            _ => V2(endpoint, fault.Kind),
        };
    }

    private static void AddHeaders(Fault fault, IHeaderDictionary headers, DateTimeOffset now)
    {
        switch (fault.Kind)
        {
            case FaultKind.RateLimited:
                RateLimits.Write(headers, 0, now.AddSeconds(fault.Seconds));
                break;
            case FaultKind.UsageCapped:
                // The trap of this answer: the headers look as if nothing were wrong.
                RateLimits.Write(headers, RateLimits.Limit - 1, now + RateLimits.Window);
                break;
            case FaultKind.Cloudflare:
                headers["cf-ray"] = "8f1c2d3e4a5b6c7d-FRA";
                break;
        }
    }

    private static IResult? Page(FaultKind kind) => kind switch
    {
        FaultKind.Forbidden => MessagePages.SomethingWentWrong("The fault \"forbidden\" is switched on.", StatusCodes.Status403Forbidden),
        FaultKind.ServerError => MessagePages.Broken(StatusCodes.Status500InternalServerError),
        FaultKind.Unavailable => MessagePages.Broken(StatusCodes.Status503ServiceUnavailable),
        _ => null,
    };

    private static IResult? V1(string endpoint, FaultKind kind, HttpRequest request)
    {
        var isProfile = endpoint == EndpointNames.VerifyCredentials;
        V1Error? error = kind switch
        {
            FaultKind.Unauthorized => isProfile ? V1Error.InvalidToken : V1Error.CouldNotAuthenticate,
            FaultKind.Forbidden => V1Error.NotPermitted,
            FaultKind.UserSuspended => V1Error.AccountSuspended,
            FaultKind.Locked => V1Error.AccountLocked,
            FaultKind.Code453 => V1Error.PlanMissing,
            FaultKind.RateLimited => V1Error.RateLimited,
            FaultKind.ServerError => V1Error.InternalError,
            FaultKind.Unavailable => V1Error.OverCapacity,
            _ => null,
        };
        return kind switch
        {
            _ when error is not null => isProfile ? error.Json() : error.For(request),
            FaultKind.Malformed => isProfile ? Truncated() : Answer.Text(200, "oauth_token&=&oauth_token_sec", Markup.ContentType),
            _ => Common(kind),
        };
    }

    private static IResult? V2(string endpoint, FaultKind kind) => kind switch
    {
        FaultKind.Unauthorized => endpoint == EndpointNames.UsersMe ? Problems.Unauthorized() : OAuth2Errors.MissingAuthorization(),
        FaultKind.Forbidden => Problems.Forbidden(),
        FaultKind.UserSuspended => Problems.UserSuspended(),
        FaultKind.Locked => V1Error.AccountLocked.Json(),
        FaultKind.RateLimited => Problems.TooManyRequests(),
        FaultKind.ServerError => Problems.InternalError(),
        FaultKind.Unavailable => Problems.Unavailable(),
        FaultKind.Malformed => Truncated(),
        FaultKind.CodeExpired => OAuth2Errors.InvalidCode(),
        _ => Common(kind),
    };

    private static IResult? Common(FaultKind kind) => kind switch
    {
        FaultKind.CreditsDepleted => Problems.CreditsDepleted(),
        FaultKind.ClientNotEnrolled => Problems.NotEnrolled(),
        FaultKind.UsageCapped => Problems.UsageCapped(),
        _ => null,
    };

    private static Answer Truncated() => Answer.Text(200, "{\"data\":{\"id\":\"18460924173", Answer.JsonType);

    /// <summary>Five megabytes that never end a JSON string, in pieces and without a length.</summary>
    private sealed class HugeBody : IResult
    {
        private const int Pieces = 80;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var ct = httpContext.RequestAborted;
            httpContext.Response.ContentType = Answer.JsonType;
            await httpContext.Response.Body.WriteAsync("{\"data\":{\"id\":\""u8.ToArray(), ct);
            var piece = Encoding.ASCII.GetBytes(new string('7', 64 * 1024));
            for (var i = 0; i < Pieces; i++)
            {
                await httpContext.Response.Body.WriteAsync(piece, ct);
                await httpContext.Response.Body.FlushAsync(ct);
            }
        }
    }
}
