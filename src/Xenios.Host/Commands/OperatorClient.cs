using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xenios.Server.Hosting;

namespace Xenios.Host.Commands;

/// <summary>How commands reach a running server: through its management API, with <c>operator.json</c> of the data folder or with <c>--server</c> and <c>--token</c> (decision 2).</summary>
internal static class OperatorClient
{
    private const int Refused = 1;
    private const int WrongUse = 2;
    private const int NotReachable = 3;
    private const int MostBytes = 8 * 1024 * 1024;

    // A part of an import may hold a thousand passwords to be hashed.
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Adds the options that say which server is meant.</summary>
    /// <param name="command">Where to.</param>
    /// <returns>Reads them: the server, or the exit status of the command when there is none, which was then said.</returns>
    public static Func<ParseResult, (OperatorAccess? Access, int Status)> AddOptions(Command command)
    {
        var server = new Option<string?>("--server") { Description = "Base URL of the server; otherwise operator.json in the data folder says it." };
        var token = new Option<string?>("--token") { Description = "Its bearer token; better as XENIOS__TOKEN, because other users see command lines." };
        var data = new Option<string?>("--data") { Description = "Data folder of the server, where it is not the usual one." };
        command.Add(server);
        command.Add(token);
        command.Add(data);
        return result => Read(
        [
            .. new[] { ("Server", result.GetValue(server)), ("Token", result.GetValue(token)), ("Data", result.GetValue(data)) }
                .Where(option => option.Item2 is not null).Select(option => new KeyValuePair<string, string?>(option.Item1, option.Item2)),
        ]);
    }

    /// <summary>Sends one request. What the server refuses is said on standard error.</summary>
    /// <param name="found">What the options said.</param>
    /// <param name="method">Method.</param>
    /// <param name="path">Path below the server's base URL.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="content">Body; null for none.</param>
    /// <param name="refused">Says what was refused field by field, instead of this class; null for this class.</param>
    /// <param name="accept">Media type asked for; null for any.</param>
    /// <returns>The exit status of the command, and the answer's body where it is 0.</returns>
    public static async Task<(int Status, string? Body)> SendAsync(
        (OperatorAccess? Access, int Status) found, HttpMethod method, string path, CancellationToken ct, HttpContent? content = null, Action<JsonElement>? refused = null, string? accept = null)
    {
        var (status, body, _) = await SendPageAsync(found, method, path, ct, content, refused, accept);
        return (status, body);
    }

    /// <summary>Sends one request whose answer may be one page of several.</summary>
    /// <param name="found">What the options said.</param>
    /// <param name="method">Method.</param>
    /// <param name="path">Path below the server's base URL.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="content">Body; null for none.</param>
    /// <param name="refused">Says what was refused field by field, instead of this class; null for this class.</param>
    /// <param name="accept">Media type asked for; null for any.</param>
    /// <returns>The exit status of the command; where it is 0 the answer's body and the address of the next page (RFC 8288), null after the last one.</returns>
    public static async Task<(int Status, string? Body, string? Next)> SendPageAsync(
        (OperatorAccess? Access, int Status) found, HttpMethod method, string path, CancellationToken ct, HttpContent? content = null, Action<JsonElement>? refused = null, string? accept = null)
    {
        if (found.Access is not { } access)
        {
            return (found.Status, null, null);
        }

        using var client = new HttpClient { Timeout = content is null ? Usual : Longest, MaxResponseContentBufferSize = MostBytes };
        using var request = new HttpRequestMessage(method, access.Url.TrimEnd('/') + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        try
        {
            using var answer = await client.SendAsync(request, ct);
            var body = await answer.Content.ReadAsStringAsync(ct);
            if (answer.IsSuccessStatusCode)
            {
                var next = answer.Headers.TryGetValues("Link", out var links) ? links.FirstOrDefault(link => link.EndsWith("rel=\"next\"", StringComparison.Ordinal)) : null;
                return (0, body, next?.TrimStart('<').Split('>')[0]);
            }

            if (refused is not null && answer.Content.Headers.ContentType?.MediaType == "application/problem+json" && body.Contains("\"errors\":", StringComparison.Ordinal))
            {
                using var problem = JsonDocument.Parse(body);
                refused(problem.RootElement);
                return (Refused, null, null);
            }

            Say(answer.StatusCode == HttpStatusCode.Unauthorized ? $"{access.Url} does not know the token. A server that was started anew has a new one."
                : Problem(answer, body) ?? (answer.StatusCode == HttpStatusCode.NotFound ? $"{access.Url} has no such environment." : $"{access.Url} answered {(int)answer.StatusCode}."));
            return (Refused, null, null);
        }
        catch (Exception exception) when (exception is HttpRequestException or (TaskCanceledException and { InnerException: TimeoutException }))
        {
            Say($"{access.Url} cannot be reached: {exception.Message}");
            return (NotReachable, null, null);
        }
    }

    // A problem of RFC 9457 in words: what is wrong, then each field.
    private static string? Problem(HttpResponseMessage answer, string body)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return null;
        }

        try
        {
            using var problem = JsonDocument.Parse(body);
            var text = new StringBuilder($"{problem.RootElement.GetProperty("title").GetString()} ({problem.RootElement.GetProperty("code").GetString()})");
            if (problem.RootElement.TryGetProperty("errors", out var errors))
            {
                foreach (var error in errors.EnumerateArray())
                {
                    var field = error.GetProperty("field").GetString();
                    text.Append(Environment.NewLine).Append("  ").Append(string.IsNullOrEmpty(field) ? "" : field + ": ").Append(error.GetProperty("message").GetString());
                }
            }

            return text.ToString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static (OperatorAccess? Access, int Status) Read(IEnumerable<KeyValuePair<string, string?>> given)
    {
        var configuration = UpCommand.Configuration(given);
        if (HostSettingsReader.Read(configuration, out var errors) is not { } settings)
        {
            Say(string.Join(Environment.NewLine, errors));
            return (null, WrongUse);
        }

        var file = OperatorAccess.Read(settings.Data);
        var url = configuration["Server"] ?? file?.Url;

        // The token of one server is not shown to another.
        var token = configuration["Token"] ?? (string.Equals(url?.TrimEnd('/'), file?.Url.TrimEnd('/'), StringComparison.Ordinal) ? file?.Token : null);
        if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && !string.IsNullOrEmpty(token))
        {
            return (new OperatorAccess(url!, token), 0);
        }

        Say($"No server is known. Start one (xenios up), name its folder with --data (looked in {settings.Data}), or give --server and --token.");
        return (null, NotReachable);
    }

    /// <summary>Says what went wrong.</summary>
    /// <param name="problem">In words.</param>
    public static void Say(string problem) => Console.Error.WriteLine($"✗ {problem}");
}
