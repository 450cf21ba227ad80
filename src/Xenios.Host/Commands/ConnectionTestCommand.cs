using System.CommandLine;
using System.Net;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios connection test</c>: tests a connection, prints the address for the browser part, waits for it and prints the lines (ux 2.4, 2.5 step 3).</summary>
internal static class ConnectionTestCommand
{
    private const int UpstreamNotReachable = 4;
    private const int MostRedirects = 10;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var slug = new Argument<string>("slug") { Description = "Slug of the connection." };
        var credentials = new Option<string>("--credentials") { Description = "Which set of credentials: current (unless said), next or former.", DefaultValueFactory = _ => "current" };
        credentials.AcceptOnlyFromAmong([.. WireName.All(typeof(CredentialsPlace)).Keys.Order(StringComparer.Ordinal)]);
        var person = new Option<string?>("--sandbox") { Description = "Walk the browser part as this person of the X sandbox, such as ada; with the sandbox only." };
        return ServerCall.Make(new Command("test", "Test a connection with an account of your own at X. Example: xenios connection test x --sandbox ada") { slug, credentials, person }, async call =>
        {
            var place = WireName.TryParse<CredentialsPlace>(call.Get(credentials)!, out var named) ? named : CredentialsPlace.Current;
            var view = await call.Client.TestConnectionAsync(call.Get(slug)!, new ConnectionTestRequest { Credentials = place }, null, call.Ct);
            if (view.Url is { } url && call.Get(person) is { Length: > 0 } who)
            {
                if (view.Source != ConnectionCredentialKind.Sandbox)
                {
                    Output.Say("This connection does not use the X sandbox, so nobody of the sandbox can walk for you. Leave --sandbox out and open the link.");
                    return ServerCall.WrongUse;
                }

                if (await WalkAsync(url, who, call.Ct) is var (exit, problem))
                {
                    Output.Say(problem);
                    return exit;
                }
            }
            else if (view.Url is not null)
            {
                // Not among the lines, so that these can be piped.
                await Console.Error.WriteLineAsync($"Open this in your browser, once, within ten minutes:\n  {view.Url}\nWaiting …");
            }

            return await WaitAsync(call, call.Get(slug)!, view);
        });
    }

    private static async Task<int> WaitAsync(ServerCall call, string slug, ConnectionTestView view)
    {
        while (view.State is ConnectionTestState.Waiting or ConnectionTestState.Opened)
        {
            await Task.Delay(BetweenLooks, call.Ct);
            view = await call.Client.ReadConnectionTestAsync(slug, view.ResultId, call.Ct);
        }

        _ = call.Show(view, XeniosJson.Default.ConnectionTestView, null, () => Print(view));
        return view.Outcome == SignInOutcome.Ok ? 0 : view.Hops.Any(hop => hop.Error?.Code is "X-110" or "X-111") ? UpstreamNotReachable : ServerCall.Refused;
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
                        : (ServerCall.WrongUse, $"The X sandbox stopped at a page ({(int)answer.StatusCode}). Is there a person called {person}? Its control page lists them.");
                }

                next = new Uri(next, location);
            }

            return (ServerCall.Refused, "The X sandbox sent the browser round and round.");
        }
        catch (Exception exception) when (exception is HttpRequestException or (TaskCanceledException and { InnerException: TimeoutException }))
        {
            return (UpstreamNotReachable, $"{next.GetLeftPart(UriPartial.Authority)} cannot be reached: {exception.Message}");
        }
    }
}
