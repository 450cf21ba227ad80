using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.Json;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios connection test</c>: tests a connection, prints the address for the browser part, waits for it and prints the lines (ux 2.4, 2.5 step 3).</summary>
internal static class ConnectionTestCommand
{
    private const int Refused = 1;
    private const int WrongUse = 2;
    private const int UpstreamNotReachable = 4;
    private const int MostRedirects = 10;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var slug = new Argument<string>("slug") { Description = "Slug of the connection." };
        var credentials = new Option<string?>("--credentials") { Description = "Which set of credentials: current (unless said), next or former." };
        var person = new Option<string?>("--sandbox") { Description = "Walk the browser part as this person of the X sandbox, such as ada; with the sandbox only." };
        var environment = new Option<string?>("--environment") { Description = "Slug of the environment, where it is not the default one." };
        var json = new Option<bool>("--json") { Description = "Print what the server answers at the end." };
        var command = new Command("test", "Test a connection with an account of your own at X. Example: xenios connection test x --sandbox ada") { slug, credentials, person, environment, json };
        var server = OperatorClient.AddOptions(command);
        command.SetAction(async (result, ct) =>
        {
            var which = result.GetValue(credentials) ?? "current";
            if (!WireName.TryParse<CredentialsPlace>(which, out _))
            {
                OperatorClient.Say("--credentials is current, next or former.");
                return WrongUse;
            }

            var prefix = result.GetValue(environment) is { Length: > 0 } name ? $"/e/{Uri.EscapeDataString(name)}" : "";
            var path = $"{prefix}/api/v1/connections/{Uri.EscapeDataString(result.GetValue(slug)!)}/test";
            using var body = new StringContent($$"""{"credentials":"{{which}}"}""", Encoding.UTF8, "application/json");
            var found = server(result);
            var (status, begun) = await OperatorClient.SendAsync(found, HttpMethod.Post, path, ct, body);
            if (begun is null)
            {
                return status;
            }

            var view = Read(begun);
            if (view.Url is { } url && result.GetValue(person) is { Length: > 0 } who)
            {
                if (view.Source != ConnectionCredentialKind.Sandbox)
                {
                    OperatorClient.Say("This connection does not use the X sandbox, so nobody of the sandbox can walk for you. Leave --sandbox out and open the link.");
                    return WrongUse;
                }

                if (await WalkAsync(url, who, ct) is var (exit, problem))
                {
                    OperatorClient.Say(problem);
                    return exit;
                }
            }
            else if (view.Url is not null)
            {
                // Not among the lines, so that these can be piped.
                await Console.Error.WriteLineAsync($"Open this in your browser, once, within ten minutes:\n  {view.Url}\nWaiting …");
            }

            return await WaitAsync(found, $"{path}/{view.ResultId}", begun, result.GetValue(json), ct);
        });
        return command;
    }

    private static async Task<int> WaitAsync((Xenios.Server.Hosting.OperatorAccess? Access, int Status) found, string path, string begun, bool json, CancellationToken ct)
    {
        var body = begun;
        while (Read(body).State is ConnectionTestState.Waiting or ConnectionTestState.Opened)
        {
            await Task.Delay(BetweenLooks, ct);
            var (status, seen) = await OperatorClient.SendAsync(found, HttpMethod.Get, path, ct);
            if (seen is null)
            {
                return status;
            }

            body = seen;
        }

        var view = Read(body);
        if (json)
        {
            Console.WriteLine(body);
        }
        else
        {
            Print(view);
        }

        return view.Outcome == SignInOutcome.Ok ? 0 : view.Hops.Any(hop => hop.Error?.Code is "X-110" or "X-111") ? UpstreamNotReachable : Refused;
    }

    private static void Print(ConnectionTestView view)
    {
        foreach (var hop in view.Hops)
        {
            var mark = hop.Outcome switch { SignInOutcome.Ok => "✓", SignInOutcome.Failed => "✗", _ => "!" };
            Console.WriteLine($"{mark} {hop.Time:HH:mm:ss}  {hop.Title}{(hop.DurationMs is { } took ? $" ({took} ms)" : "")}");
            if (hop.Error is { } error)
            {
                Console.WriteLine($"  {error.Code} – {error.Title}. What to do: {error.Remedy}.");
            }
        }

        Console.WriteLine(view.Outcome switch
        {
            SignInOutcome.Ok => "The connection works.",
            SignInOutcome.Refused => "You said no at the provider; nothing else is known.",
            SignInOutcome.Abandoned => "Nobody came back within ten minutes. Begin again.",
            _ => "The connection does not work yet.",
        });
    }

    // As a browser would, naming the person to the sandbox where its page would ask.
    private static async Task<(int Exit, string Problem)?> WalkAsync(string url, string person, CancellationToken ct)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        using var client = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = 1024 * 1024 };
        var (start, next) = (new Uri(url), new Uri(url));
        try
        {
            for (var hops = 0; hops < MostRedirects; hops++)
            {
                // Whatever is not this server is the sandbox, as the server said.
                var named = next.Authority == start.Authority ? next : new Uri($"{next.AbsoluteUri}{(next.Query.Length == 0 ? "?" : "&")}sandbox_person={Uri.EscapeDataString(person)}");
                using var answer = await client.GetAsync(named, ct);
                if (answer.Headers.Location is not { } location)
                {
                    return next.Authority == start.Authority ? null
                        : (WrongUse, $"The X sandbox stopped at a page ({(int)answer.StatusCode}). Is there a person called {person}? Its control page lists them.");
                }

                next = new Uri(next, location);
            }

            return (Refused, "The X sandbox sent the browser round and round.");
        }
        catch (Exception exception) when (exception is HttpRequestException or (TaskCanceledException and { InnerException: TimeoutException }))
        {
            return (UpstreamNotReachable, $"{next.GetLeftPart(UriPartial.Authority)} cannot be reached: {exception.Message}");
        }
    }

    private static ConnectionTestView Read(string body) => JsonSerializer.Deserialize(body, XeniosJson.Default.ConnectionTestView)!;
}
