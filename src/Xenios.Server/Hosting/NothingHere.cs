using Microsoft.AspNetCore.Http;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.SignIn;

namespace Xenios.Server.Hosting;

/// <summary>Answers where no route does (S65). It is no route itself: one that matches everything would also take wrong methods, which get 405 with <c>Allow</c>.</summary>
internal static class NothingHere
{
    /// <summary>Handles one request, after routing.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">The endpoint, if there is one.</param>
    public static async Task Middleware(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            if (ManagementRoutes.Serves(context))
            {
                await new Problem(StatusCodes.Status404NotFound, "not_found", "There is nothing at this address.").ExecuteAsync(context);
                return;
            }
        }
        else
        {
            await next(context);

            // Only a person at the address of a form is shown a page: a program reads the status.
            var isPerson = HttpMethods.IsGet(context.Request.Method) && context.Request.Path.StartsWithSegments("/signin", StringComparison.Ordinal);
            if (context.Response.StatusCode != StatusCodes.Status405MethodNotAllowed || !isPerson)
            {
                return;
            }
        }

        if (context.Features.Get<EnvironmentContext>() is { } environment)
        {
            await PageRenderer.NotFound(context, environment, context.Response.StatusCode).ExecuteAsync(context);
        }
    }
}
