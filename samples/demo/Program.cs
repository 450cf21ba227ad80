using Microsoft.AspNetCore.Diagnostics;
using Xenios.Demo;

var builder = WebApplication.CreateBuilder(args);

if (!Settings.TryRead(builder.Configuration, out var settings, out var wrong))
{
    Console.Error.WriteLine(wrong);
    return 2;
}

// The framework's request log would write each callback address, and with it the code, into the log.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.WebHost.UseUrls(settings.Listen);
builder.Services.AddSingleton(settings);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<IdentityServer>();
builder.Services.AddSingleton<SignIn>();

var app = builder.Build();

app.UseExceptionHandler(failed => failed.Run(context => ShowAsync(context, context.Features.Get<IExceptionHandlerFeature>()?.Error)));
app.Use(async (context, next) =>
{
    SecurityHeaders(context.Response.Headers);
    try
    {
        await next(context);
    }
    catch (SignInFailed failure) when (!context.Response.HasStarted)
    {
        Log.SignInFailed(app.Logger, failure.Code);
        await ShowAsync(context, failure);
    }
});

app.MapGet("/", (HttpContext context, SignIn signIn, TimeProvider time) => signIn.Current(context) is { } session
    ? Page(Pages.SignedIn(session, time.GetUtcNow()))
    : Page(Pages.SignedOut(settings, signIn.CameBackFromSignOut(context))));
app.MapGet("/signin", (HttpContext context, SignIn signIn, string? connection) => signIn.LeaveAsync(context, connection));
app.MapGet("/callback", (HttpContext context, SignIn signIn) => signIn.ComeBackAsync(context));
app.MapPost("/signout", (HttpContext context, SignIn signIn) => signIn.SignOutAsync(context));
app.MapGet("/demo.css", (HttpContext context) =>
{
    context.Response.Headers.CacheControl = "max-age=300";
    return Results.Stream(typeof(Pages).Assembly.GetManifestResourceStream("demo.css")!, "text/css; charset=utf-8");
});
app.MapFallback((HttpContext context) => ShowAsync(context, SignInFailed.NoSuchPage()));

await app.RunAsync();
return 0;

static IResult Page(string html, int status = StatusCodes.Status200OK) => Results.Content(html, "text/html; charset=utf-8", statusCode: status);

Task ShowAsync(HttpContext context, Exception? error)
{
    // The exception handler clears the headers that were set before the failure.
    SecurityHeaders(context.Response.Headers);
    var failure = error as SignInFailed ?? SignInFailed.OurFault();
    return Page(Pages.Failed(settings, failure), failure.Status).ExecuteAsync(context);
}

void SecurityHeaders(IHeaderDictionary headers)
{
    // form-action names the identity server because the sign-out form is answered with a redirect to it.
    var identityServer = new Uri(settings.Authority).GetLeftPart(UriPartial.Authority);
    headers.ContentSecurityPolicy =
        $"default-src 'none'; style-src 'self'; img-src 'none'; form-action 'self' {identityServer}; base-uri 'none'; frame-ancestors 'none'";
    headers.CacheControl = "no-store";
    headers.XContentTypeOptions = "nosniff";
    headers["Referrer-Policy"] = "same-origin";
    headers["Cross-Origin-Opener-Policy"] = "same-origin";
}

internal static partial class Log
{
    // Only our own code is written: what a server or a stranger put into the address bar stays out of the log.
    [LoggerMessage(LogLevel.Warning, "Sign-in failed: {Code}")]
    public static partial void SignInFailed(ILogger logger, string code);
}
