using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.OpenId;
using Xenios.Server.SignIn;

namespace Xenios.Server.Hosting;

/// <summary>Turns a bug or a broken dependency into a page or JSON with a support code; the log has the rest (S66).</summary>
internal sealed partial class BrokenPage(RequestDelegate next, ILogger<BrokenPage> logger)
{
    /// <summary>Handles one request.</summary>
    /// <param name="context">The request.</param>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is waiting for an answer any more.
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = exception.StatusCode;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var supportCode = Secrets.NewSupportCode();
            Log.Broke(logger, exception, supportCode, context.Request.Method, context.Request.Path.Value);
            RefusedSignIns.Note(context, null, supportCode, "internal_error");
            await AnswerAsync(context, supportCode);
        }
    }

    private static Task AnswerAsync(HttpContext context, string supportCode)
    {
        var path = context.Request.Path.Value ?? "";
        if (path == "/oauth2/userinfo" || OpenIdRoutes.ClientEndpoints.Contains(path, StringComparer.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync($$"""{"error":"server_error","error_description":"Something broke on our side. Support code {{PageRenderer.Readable(supportCode)}}."}""", context.RequestAborted);
        }

        if (ManagementRoutes.Serves(context))
        {
            return new Problem(StatusCodes.Status500InternalServerError, "server_error", $"Something broke on our side. Support code {PageRenderer.Readable(supportCode)}.").ExecuteAsync(context);
        }

        var name = context.Features.Get<EnvironmentContext>()?.Snapshot.DisplayName ?? "Xenios";
        return PageRenderer.Broken(context, name, supportCode).ExecuteAsync(context);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "{SupportCode}: {Method} {Path} broke")]
        public static partial void Broke(ILogger logger, Exception exception, string supportCode, string method, string? path);
    }
}
