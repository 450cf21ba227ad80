using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;

namespace Xenios.Server.OpenId;

/// <summary>Tells applications that a session ended (OpenID Connect Back-Channel Logout 1.0), beside the requests: no browser waits for it (threats I04).</summary>
internal sealed partial class BackchannelLogout(
    SessionApplications applications, SnapshotCache snapshots, OutgoingHttp http, TimeProvider time, ILogger<BackchannelLogout> logger) : BackgroundService
{
    // So many applications are told at once, each of a bounded number of sessions: who does not answer holds up nobody else.
    private const int AtOnce = 32;
    private const string NoAnswer = "no answer in time";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Delivers everything that is due, and what becomes due meanwhile.</summary>
    /// <param name="ct">Ends it between deliveries.</param>
    public async Task DeliverAsync(CancellationToken ct)
    {
        var running = new Dictionary<LogoutQueue, Task>();
        try
        {
            while (true)
            {
                foreach (var queue in await applications.DueAsync(ct))
                {
                    if (running.Count < AtOnce && !running.ContainsKey(queue))
                    {
                        running.Add(queue, DeliverAsync(queue, ct));
                    }
                }

                if (running.Count == 0)
                {
                    return;
                }

                await Task.WhenAny([.. running.Values, Task.Delay(Look, time, ct)]);
                foreach (var (queue, delivery) in running.Where(one => one.Value.IsCompleted).ToList())
                {
                    running.Remove(queue);
                    await delivery;
                }
            }
        }
        finally
        {
            await Task.WhenAll(running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await applications.WaitAsync(stoppingToken);
            try
            {
                await DeliverAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, it must not end the server: the notices are still there.
                Log.Failed(logger, exception);
            }
        }
    }

    private async Task DeliverAsync(LogoutQueue queue, CancellationToken ct)
    {
        while (await applications.TakeAsync(queue, ct) is { Count: > 0 } due)
        {
            if ((await Task.WhenAll(due.Select(notice => DeliverAsync(notice, ct)))).Contains(false))
            {
                // It would keep every further notice waiting as long: they count as tried.
                var givenUp = await applications.PostponeAsync(queue, ct);
                Log.Postponed(logger, queue.ClientId, givenUp);
            }
        }
    }

    // False when there was no answer in time.
    private async Task<bool> DeliverAsync(LogoutNotice notice, CancellationToken ct)
    {
        var environment = snapshots.All.FirstOrDefault(candidate => string.Equals(candidate.Id, notice.Environment, StringComparison.Ordinal));
        if (environment?.Clients.GetValueOrDefault(notice.ClientId) is not { BackchannelLogoutUri: { } uri } client)
        {
            // Deleted, or wants to hear no more.
            await applications.DropAsync(notice, ct);
            return true;
        }

        var problem = await PostAsync(uri, Token(environment, client, notice), ct);
        if (problem is null)
        {
            await applications.DropAsync(notice, ct);
            Log.Told(logger, notice.ClientId, notice.SessionId);
        }
        else if (notice.IsLast)
        {
            await applications.DropAsync(notice, ct);
            Log.GivenUp(logger, notice.ClientId, notice.SessionId, notice.Attempt, problem);
        }
        else
        {
            Log.NotTold(logger, notice.ClientId, notice.SessionId, notice.Attempt, problem);
        }

        return problem != NoAnswer;
    }

    private string Token(EnvironmentSnapshot environment, Client client, LogoutNotice notice)
    {
        var now = time.GetUtcNow();
        return new LogoutToken
        {
            Issuer = notice.Issuer,
            ClientId = client.ClientId,
            Subject = notice.UserId,
            SessionId = notice.SessionId,
            Id = Secrets.NewId("lgt", now),
            IssuedAt = now,
        }.Sign(environment.Keys.For(client.IdTokenSigningAlgorithm));
    }

    // §2.8: 200, and 204 by frameworks that answer an empty body so. What else is answered is not read.
    private async Task<string?> PostAsync(string uri, string token, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new FormUrlEncodedContent([new("logout_token", token)]) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(http.VisitLimit);
        try
        {
            using var answer = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent ? null : $"status {(int)answer.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return exception.InnerException is ForbiddenAddressException ? exception.InnerException.Message : $"no answer: {exception.HttpRequestError}";
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return NoAnswer;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 240, Level = LogLevel.Debug, Message = "{ClientId} was told that session {Session} ended")]
        public static partial void Told(ILogger logger, string clientId, string session);

        [LoggerMessage(EventId = 241, Level = LogLevel.Information, Message = "{ClientId} could not be told that session {Session} ended (try {Attempt}): {Problem}")]
        public static partial void NotTold(ILogger logger, string clientId, string session, long attempt, string problem);

        [LoggerMessage(EventId = 242, Level = LogLevel.Warning, Message = "{ClientId} was not told that session {Session} ended; given up after {Attempt} tries: {Problem}")]
        public static partial void GivenUp(ILogger logger, string clientId, string session, long attempt, string problem);

        [LoggerMessage(EventId = 244, Level = LogLevel.Warning, Message = "{ClientId} does not answer in time: whatever else it was to be told is tried later, {GivenUp} notices are given up")]
        public static partial void Postponed(ILogger logger, string clientId, int givenUp);

        [LoggerMessage(EventId = 243, Level = LogLevel.Warning, Message = "Logout notices could not be delivered; the next try is in a quarter of a minute")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
