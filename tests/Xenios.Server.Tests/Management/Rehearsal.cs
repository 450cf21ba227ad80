using System.Text.Json;
using Xenios.Server.Tests.Management.OpenApi;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>Sends every changing call as a dry run first, then as it is, and keeps what the dry run did, and where its answer was another one.</summary>
internal sealed class Rehearsal(XeniosHost host, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // What a call makes up is another thing each time it is made up; and what was applied was not applied by a dry run.
    private static readonly string[] MadeUp = ["id", "connection_id", "user_id", "kid", "client_secret", "url", "applied"];

    /// <summary>Every operation that was rehearsed, as method and path of the document.</summary>
    public HashSet<string> Rehearsed { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that have no dry run.</summary>
    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Those whose call did leave a trace.</summary>
    public HashSet<string> Kept { get; } = new(StringComparer.Ordinal);

    /// <summary>What a dry run changed, or answered otherwise.</summary>
    public List<string> Mistakes { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get || request.RequestUri!.Query.Contains("dry_run", StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var name = AnswerRecorder.Find(request).ToString();
        Rehearsed.Add(name);
        using var trial = await CopyAsync(request, cancellationToken);
        var before = await TraceAsync();
        using var tried = await base.SendAsync(trial, cancellationToken);
        var after = await TraceAsync();
        if (before != after)
        {
            Mistakes.Add($"{name} left traces: {after.Split('\n').Except(before.Split('\n')).FirstOrDefault()}");
        }

        var said = await LeavesAsync(tried, cancellationToken);
        if (said.Contains("errors[].field=dry_run") && said.Contains("errors[].code=not_allowed"))
        {
            Refused.Add(name);
            return await base.SendAsync(request, cancellationToken);
        }

        var answer = await base.SendAsync(request, cancellationToken);
        if (await TraceAsync() != after)
        {
            Kept.Add(name);
        }

        var really = await LeavesAsync(answer, cancellationToken);
        if (!said.SetEquals(really))
        {
            Mistakes.Add($"{name} would have answered {string.Join(", ", said.Except(really))}, and did {string.Join(", ", really.Except(said))}");
        }

        return answer;
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var copy = new HttpRequestMessage(request.Method, new Uri($"{request.RequestUri}{(request.RequestUri!.Query.Length == 0 ? "?" : "&")}dry_run=true"));
        foreach (var (name, values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        if (request.Content is not null)
        {
            copy.Content = new ByteArrayContent(await request.Content.ReadAsByteArrayAsync(ct));
            copy.Content.Headers.ContentType = request.Content.Headers.ContentType;
        }

        return copy;
    }

    // Status, headers and every value of a body by its path; of what is made up, that it is there.
    private static async Task<HashSet<string>> LeavesAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        await answer.Content.LoadIntoBufferAsync(ct);
        var leaves = new HashSet<string>(StringComparer.Ordinal)
        {
            $"status={(int)answer.StatusCode}", $"type={answer.Content.Headers.ContentType?.MediaType}", $"ETag={answer.Headers.ETag is not null}", $"Location={answer.Headers.Location is not null}",
        };
        if (await answer.Content.ReadAsStringAsync(ct) is { Length: > 0 } body)
        {
            Collect(JsonDocument.Parse(body).RootElement, "", "", leaves);
        }

        return leaves;
    }

    private static void Collect(JsonElement value, string path, string name, HashSet<string> leaves)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Collect(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Name, leaves);
                }

                break;

            case JsonValueKind.Array:
                leaves.Add($"{path}.length={value.GetArrayLength()}");
                foreach (var item in value.EnumerateArray())
                {
                    // Without its place: keys of one moment stand in the order of the ids that were made up.
                    Collect(item, $"{path}[]", name, leaves);
                }

                break;

            default:
                leaves.Add(MadeUp.Contains(name) ? $"{path} is there" : $"{path}={value}");
                break;
        }
    }

    // Every row there is, every mail and every call to an upstream.
    private async Task<string> TraceAsync() => $"{await host.EverythingAsync()}\nmails: {host.Mail.Count}\ncalls: {host.Upstreams.Calls.Count}";
}
