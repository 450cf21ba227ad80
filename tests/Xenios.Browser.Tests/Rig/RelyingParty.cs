using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Xenios.Browser.Tests.Rig;

/// <summary>An application of the tests: asks what a test wants to ask, and keeps what comes back, by whatever method.</summary>
public sealed class RelyingParty : IAsyncDisposable
{
    // RFC 7636 appendix B; nothing is redeemed here.
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private readonly WebApplication _server;
    private readonly string _authorize;

    private RelyingParty(WebApplication server, string authorize)
    {
        (_server, _authorize) = (server, authorize);
        server.MapMethods("/callback", ["GET", "POST"], ArriveAsync);
        server.MapGet("/home", () => Results.Content("""<!doctype html><html lang="en"><title>Home</title><main data-page="home"><h1>Home</h1></main></html>""", "text/html"));
    }

    /// <summary>Where it answers.</summary>
    public string Url => $"http://rp.localhost:{new Uri(_server.Urls.Single()).Port}";

    /// <summary>The same pages at another origin.</summary>
    public string ElsewhereUrl => $"http://elsewhere.localhost:{new Uri(_server.Urls.Single()).Port}";

    /// <summary>Where it sends browsers on that came back; null to greet them itself.</summary>
    public string? Onward { get; set; }

    /// <summary>What came back, newest last.</summary>
    public ConcurrentQueue<Answer> Answers { get; } = [];

    /// <summary>Starts it.</summary>
    /// <param name="server">Base URL of the server it asks.</param>
    public static async Task<RelyingParty> StartAsync(string server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var rp = new RelyingParty(builder.Build(), $"{server}/oauth2/authorize");
        await rp._server.StartAsync();
        return rp;
    }

    /// <summary>The address of an authorization request.</summary>
    /// <param name="clientId">As which application.</param>
    /// <param name="changes">Additions and replacements; null leaves a usual parameter out.</param>
    public string AuthorizeUrl(string clientId, params (string Name, string? Value)[] changes)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["client_id"] = clientId,
            ["redirect_uri"] = $"{Url}/callback",
            ["response_type"] = "code",
            ["scope"] = "openid profile email",
            ["state"] = "s",
            ["nonce"] = "n",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            parameters[name] = value;
        }

        return $"{_authorize}?{string.Join('&', parameters.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"))}";
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task ArriveAsync(HttpContext context)
    {
        var fields = HttpMethods.IsPost(context.Request.Method)
            ? (await context.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.ToString())
            : context.Request.Query.ToDictionary(field => field.Key, field => field.Value.ToString());
        Answers.Enqueue(new Answer(context.Request.Method, fields));
        if (Onward is { } onward)
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = onward;
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            $"""<!doctype html><html lang="en"><title>Arrived</title><main data-page="arrived"><h1>Arrived</h1><p>{HtmlEncoder.Default.Encode(string.Join(", ", fields.Keys))}</p></main></html>""");
    }
}

/// <summary>An authorization response as it arrived.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Fields">Its parameters.</param>
public sealed record Answer(string Method, IReadOnlyDictionary<string, string> Fields);
