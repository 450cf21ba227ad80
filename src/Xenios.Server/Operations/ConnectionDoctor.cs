using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Connectors;
using Xenios.Server.Connectors.X;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;

namespace Xenios.Server.Operations;

/// <summary>Looks at the keys and connections of environments, and at the clock by X's. One look at a time, each host asked once: whoever asks often makes no more calls.</summary>
internal sealed class ConnectionDoctor(SnapshotCache snapshots, OutgoingHttp http, TimeProvider time) : IDisposable
{
    private const int MostConnections = 200;
    private const int MostHosts = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _looking = new(1);

    /// <summary>Makes every check.</summary>
    /// <param name="environment">Environment id; null for all of them.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<DoctorFinding>> LookAsync(string? environment, CancellationToken ct)
    {
        await _looking.WaitAsync(ct);
        try
        {
            EnvironmentSnapshot[] chosen = [.. snapshots.All.Where(one => environment is null || one.Id == environment).OrderByDescending(one => one.IsDefault).ThenBy(one => one.Slug, StringComparer.Ordinal)];
            var connections = chosen.SelectMany(one => one.ConnectionOrder.Select(connection => (Environment: one, Connection: connection))).Take(MostConnections).ToArray();
            var hosts = connections.Where(one => one.Connection.IsUsable).Select(one => one.Connection.ApiHost).Distinct().Take(MostHosts).ToArray();
            var answers = (await Task.WhenAll(hosts.Select(host => AskAsync(host, ct)))).Zip(hosts).ToDictionary(one => one.Second, one => one.First);
            return
            [
                .. answers.Values.Where(answer => answer.Clock is not null).Take(1).Select(answer => answer.Clock!),
                .. chosen.Select(one => DoctorRules.Keys(one.KeyRecords, one.KeySchedule, time.GetUtcNow()) with { Environment = one.Slug }),
                .. connections.Select(one => Look(one.Environment, one.Connection, answers.GetValueOrDefault(one.Connection.ApiHost))),
            ];
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _looking.Dispose();

    private static DoctorFinding Look(EnvironmentSnapshot environment, Connection connection, Answer? answer)
    {
        var what = connection.Source switch
        {
            CredentialSource.Own => "credentials of its own",
            CredentialSource.SharedDevelopment => "the shared X app",
            CredentialSource.Sandbox => "the X sandbox",
            _ => "no credentials",
        };
        var finding = !connection.Enabled ? DoctorRules.Ok("connection", "switched off")
            : connection.Credentials is null ? DoctorRules.Found("connection", FindingStatus.Error, "credentials_missing", "no credentials: nobody is offered it")
            : answer?.Failure is { } failure
                ? DoctorRules.Found("connection", failure.Code == "X-111" ? FindingStatus.Error : FindingStatus.Warning, failure.Code, $"{connection.ApiHost.Host}: {failure.Detail}")
            : DoctorRules.Ok("connection", answer is null ? $"{what}; not tried" : $"{connection.ApiHost.Host} answers; {what}");
        return finding with { Environment = environment.Slug, Connection = connection.Slug, Callbacks = [connection.CallbackFor(environment.Issuer)] };
    }

    private async Task<Answer> AskAsync(Uri host, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            // Any path will do, whatever its status: a Date header is on every answer, and no credential is sent.
            var (before, began) = (time.GetUtcNow(), time.GetTimestamp());
            using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(host, "/"));
            using var answer = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var middle = before + (time.GetElapsedTime(began) / 2);
            var failure = (int)answer.StatusCode >= 500 ? new UpstreamFailure(UpstreamFailureKind.Unavailable, "X-110", UpstreamStep.Challenge, $"HTTP {(int)answer.StatusCode}") : null;
            return new Answer(failure, answer.Headers.Date is { } date ? DoctorRules.Clock(middle - date, host.Host) : null);
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException)
        {
            ct.ThrowIfCancellationRequested();
            return new Answer(XAnswer.Broken(exception, UpstreamStep.Challenge, limit.Token), null);
        }
    }

    private sealed record Answer(UpstreamFailure? Failure, DoctorFinding? Clock);
}
