using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.SignIn;

namespace Xenios.Server.OpenId;

/// <summary>Turns an authorization response into bytes: a redirect, or a form that posts itself (OAuth 2.0 Form Post Response Mode).</summary>
internal static class AuthorizeAnswer
{
    private const string Script = "document.forms[0].submit()";

    // No form-action: browsers hold it against the redirects that follow too, and an application may go on to another origin of its own.
    private static readonly string Policy =
        $"default-src 'none'; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)))}'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The answer as a result.</summary>
    /// <param name="response">The answer.</param>
    public static IResult Of(AuthorizeResponse response) =>
        response.Return.Mode == ResponseMode.FormPost ? new FormPost(response) : new SeeOther(response.ToQueryUrl());

    private sealed class FormPost(AuthorizeResponse response) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var encode = HtmlEncoder.Default;
            var fields = string.Concat(response.Fields.Select(field => $"""<input type="hidden" name="{encode.Encode(field.Key)}" value="{encode.Encode(field.Value!)}">"""));
            var texts = PageRenderer.TextsFor(httpContext);
            httpContext.Response.Headers.ContentSecurityPolicy = Policy;
            httpContext.Response.ContentType = "text/html; charset=utf-8";
            return httpContext.Response.WriteAsync(
                $"""
                <!DOCTYPE html>
                <html lang="{texts.Language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{encode.Encode(texts["form_post.heading"])}</title>
                <link rel="stylesheet" href="{PageAssets.Url(httpContext, "signin.css")}"></head>
                <body><main data-page="form_post"><div><h1>{encode.Encode(texts["form_post.heading"])}</h1><p class="text">{encode.Encode(texts["form_post.text"])}</p></div><form method="post" action="{encode.Encode(response.Return.RedirectUri)}">{fields}
                <button type="submit" class="button primary">{encode.Encode(texts["button.continue"])}</button></form></main>
                <script>{Script}</script></body></html>
                """,
                httpContext.RequestAborted);
        }
    }
}
