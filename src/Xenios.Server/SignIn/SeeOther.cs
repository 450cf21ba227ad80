using Microsoft.AspNetCore.Http;

namespace Xenios.Server.SignIn;

/// <summary>303: the next page is fetched with GET, whatever this request was (RFC 9700 §4.12).</summary>
/// <param name="url">Where to.</param>
internal sealed class SeeOther(string url) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = url;
        return Task.CompletedTask;
    }
}
