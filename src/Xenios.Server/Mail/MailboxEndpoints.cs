using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;

namespace Xenios.Server.Mail;

/// <summary>The built-in mailbox as a page and as JSON: only on this computer, outside production, and never through a proxy (decision 13).</summary>
internal static class MailboxEndpoints
{
    /// <summary>Adds the two routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/dev/mail", Page);
        routes.MapGet("/dev/mail.json", Json);
    }

    private static IResult Page(HttpContext context, EnvironmentContext environment, IMailer mailer, HostSettings settings)
    {
        if (Open(context, environment, mailer, settings) is not { } mailbox)
        {
            return Results.NotFound();
        }

        var encode = HtmlEncoder.Default;
        var items = string.Concat(mailbox.Messages.Select(entry =>
            $"""
            <article>
            <h2>{encode.Encode(entry.Message.Subject)}</h2>
            <p class="text">To <b>{encode.Encode(entry.Message.To)}</b> · <time datetime="{entry.SentAt:O}">{entry.SentAt:yyyy-MM-dd HH:mm:ss} UTC</time></p>
            <pre>{encode.Encode(entry.Message.Text)}</pre>
            </article>
            """));
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.PagePolicy;
        return Results.Content(
            $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Mailbox · Xenios</title>
            <link rel="stylesheet" href="{SignIn.PageAssets.Url(context, "mailbox.css")}"></head>
            <body><main><h1>Mailbox</h1><p>Nothing leaves this computer: mails sent by this server are shown here, newest first. Reload for new ones.</p>
            {(items.Length == 0 ? "<p>No mail yet.</p>" : items)}</main></body></html>
            """,
            "text/html; charset=utf-8");
    }

    private static IResult Json(HttpContext context, EnvironmentContext environment, IMailer mailer, HostSettings settings)
    {
        if (Open(context, environment, mailer, settings) is not { } mailbox)
        {
            return Results.NotFound();
        }

        return Results.Json(
            mailbox.Messages.Select(entry => new { to = entry.Message.To, subject = entry.Message.Subject, text = entry.Message.Text, code = entry.Message.Code, sent_at = entry.SentAt }),
            new JsonSerializerOptions(JsonSerializerDefaults.Web) { PropertyNamingPolicy = null });
    }

    private static Mailbox? Open(HttpContext context, EnvironmentContext environment, IMailer mailer, HostSettings settings)
    {
        var headers = context.Request.Headers;
        var forwarded = headers.ContainsKey("Forwarded") || headers.Keys.Any(name => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase));
        var local = settings.IsLoopback && (context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address));
        return local && !forwarded && environment.Snapshot.Kind != EnvironmentKind.Production ? mailer as Mailbox : null;
    }
}
