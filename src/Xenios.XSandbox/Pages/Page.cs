using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.Pages;

/// <summary>The frame of every HTML page: the band that says this is not X, one heading, and headers that let nothing else in.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">Text of the title and, unless <paramref name="Heading"/> differs, of the heading.</param>
/// <param name="Body">What stands under the heading.</param>
/// <param name="Heading">The heading when it is not the title.</param>
/// <param name="Wide">Whether the page may use the whole width, for tables.</param>
internal sealed record Page(int Status, string Title, Markup Body, string? Heading = null, bool Wide = false) : IResult
{
    private static readonly Markup Css = new(Stylesheet.Text);

    // No form-action: it would also forbid the redirect to the app that follows a consent form.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Stylesheet.Text)))}'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY";

        // Not "no-referrer": it would turn the Origin of the pages' own forms into "null".
        headers["Referrer-Policy"] = "same-origin";
        return Answer.Text(Status, Render().Html, Markup.ContentType).ExecuteAsync(httpContext);
    }

    private Markup Render() => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{Title} · X sandbox</title>
        <style>{Css}</style>
        </head>
        <body>
        <header class="band"><p><strong>X sandbox</strong> – not the real X</p></header>
        <main class="{(Wide ? "wide" : "narrow")}">
        <h1>{Heading ?? Title}</h1>
        {Body}
        </main>
        <footer><p>Everyone here is made up. <a href="/sandbox">Faults, people and requests</a></p></footer>
        </body>
        </html>
        """);
}
