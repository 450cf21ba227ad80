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

    private static readonly string ScriptHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));

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
            var target = new Uri(response.Return.RedirectUri);

            // A private-use scheme has no origin to name; http and https do, and then only that one may be posted to.
            var origin = target.Scheme is "http" or "https" ? target.GetLeftPart(UriPartial.Authority) : $"{target.Scheme}:";
            httpContext.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'sha256-{ScriptHash}'; style-src 'self'; form-action {origin}; base-uri 'none'; frame-ancestors 'none'";
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
