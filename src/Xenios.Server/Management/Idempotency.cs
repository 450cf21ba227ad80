using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Xenios.Server.Hosting;
using Xenios.Server.Resources;
using Xenios.Server.Storage;

namespace Xenios.Server.Management;

/// <summary>
/// Answers a POST that is sent again with the same <c>Idempotency-Key</c> as it was answered before, for 24 hours. Keys are the caller's own; answers are kept
/// sealed, because one may show a secret.
/// </summary>
internal sealed class Idempotency(EphemeralStore store)
{
    /// <summary>The request header.</summary>
    public const string Header = "Idempotency-Key";

    private const int LongestKey = 255;
    private const int MaxBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // A call that was cut off, by the end of the program, stands in the way no longer than this.
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(2);

    private static readonly EphemeralKind<RunningCall> Running = new("idempotency_running", IdempotencyJson.Default.RunningCall);
    private static readonly EphemeralKind<AnsweredCall> Answered = new("idempotency_answered", IdempotencyJson.Default.AnsweredCall);

    /// <summary>Runs a call once, or answers as it was answered.</summary>
    /// <param name="context">A POST of the management API.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="key">The header's value.</param>
    /// <param name="handle">The endpoint.</param>
    public async Task RunAsync(HttpContext context, Caller caller, string key, RequestDelegate handle)
    {
        var ct = context.RequestAborted;
        if (key.Length is 0 or > LongestKey || key.Any(c => c is < ' ' or > '~'))
        {
            await Problem.Malformed(new FieldError(Header, FieldCode.Malformed, "a key is 1 to 255 printable ASCII characters")).ExecuteAsync(context);
            return;
        }

        if (await HashAsync(context.Request, ct) is not { } hash)
        {
            await new Problem(StatusCodes.Status413PayloadTooLarge, "too_large", $"The body has more than {MaxBytes} octets.").ExecuteAsync(context);
            return;
        }

        var (environment, own) = (caller.EnvironmentId, $"{caller.Name}\n{key}");
        var mine = new RunningCall(Secrets.New());
        await store.PutAsync(Running, environment, own, mine, LongestRun, TimeSpan.Zero, ct);
        var isMine = (await store.GetAsync(Running, environment, own, ct)).Value == mine;
        try
        {
            // Asked after the place is taken: whoever had it before has left the answer behind.
            var before = await store.GetAsync(Answered, environment, own, ct);
            if (before.State == EphemeralState.Expired)
            {
                await store.RemoveAsync(Answered, environment, own, ct);
            }

            if (before is { State: EphemeralState.Live, Value: { } answered })
            {
                await (answered.Hash == hash ? answered : Reused()).ExecuteAsync(context);
            }
            else if (!isMine)
            {
                await Problem.Conflict("idempotency_key_in_use", "A call with this Idempotency-Key is running. Ask again in a moment.").ExecuteAsync(context);
            }
            else
            {
                await RunAsync(context, environment, own, hash, handle);
            }
        }
        finally
        {
            if (isMine)
            {
                await store.RemoveAsync(Running, environment, own, CancellationToken.None);
            }
        }
    }

    private static IResult Reused() => new Problem(
        StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "This Idempotency-Key was used for another call within 24 hours. Use a new one for each call.");

    private async Task RunAsync(HttpContext context, string environment, string own, string hash, RequestDelegate handle)
    {
        var (response, body) = (context.Response, context.Response.Body);
        using var kept = new MemoryStream();
        response.Body = kept;
        try
        {
            await handle(context);
        }
        finally
        {
            response.Body = body;
        }

        var answer = new AnsweredCall(hash, response.StatusCode, response.ContentType, response.Headers.ETag, response.Headers.Location, kept.ToArray());
        if (answer.Status < StatusCodes.Status500InternalServerError)
        {
            await store.PutAsync(Answered, environment, own, answer, Kept, TimeSpan.Zero, CancellationToken.None);
        }

        await body.WriteAsync(answer.Body, context.RequestAborted);
    }

    // The whole body, because it is read twice; kept in memory, because it may hold secrets.
    private static async Task<string?> HashAsync(HttpRequest request, CancellationToken ct)
    {
        var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, ct)) > 0)
        {
            kept.Write(buffer, 0, count);
            if (kept.Length > MaxBytes)
            {
                return null;
            }
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Path}{request.QueryString}\n{request.ContentType}\n"));
        hash.AppendData(kept.GetBuffer(), 0, (int)kept.Length);
        kept.Position = 0;
        request.Body = kept;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>A call that runs.</summary>
/// <param name="Run">Tells it from another run with the same key.</param>
internal sealed record RunningCall(string Run);

/// <summary>A call that was answered.</summary>
/// <param name="Hash">SHA-256 of path, query, type and body of the request.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Media type.</param>
/// <param name="Tag">Entity tag.</param>
/// <param name="Location">Where a new thing is.</param>
/// <param name="Body">The body.</param>
internal sealed record AnsweredCall(string Hash, int Status, string? Type, string? Tag, string? Location, byte[] Body) : IResult
{
    /// <summary>Never the body: it may show a secret.</summary>
    public override string ToString() => $"answered {Status}";

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = Type;
        if (Tag is not null)
        {
            response.Headers.ETag = Tag;
        }

        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        return Body.Length == 0 ? Task.CompletedTask : response.Body.WriteAsync(Body, httpContext.RequestAborted).AsTask();
    }
}

/// <summary>How calls are written before they are sealed.</summary>
[JsonSerializable(typeof(RunningCall))]
[JsonSerializable(typeof(AnsweredCall))]
internal sealed partial class IdempotencyJson : JsonSerializerContext;
