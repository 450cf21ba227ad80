using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xenios.Protocol;
using Xenios.Server.Hosting;

namespace Xenios.Server.Connectors.X;

/// <summary>Sign in with X over OAuth 2.0: authorization code with PKCE, for confidential and public apps (x-platform §1).</summary>
internal sealed class XOAuth2 : IConnector
{
    /// <summary>The one connector; it has no state.</summary>
    public static readonly XOAuth2 Instance = new();

    private const string State = "state";
    private const string Verifier = "code_verifier";

    /// <inheritdoc/>
    /// <remarks>
    /// With a code that nobody gave out: X refuses wrong credentials as such, and otherwise the code (x-platform §5; that it looks at them in this order is inferred).
    /// Nothing tells a wrong callback without a person.
    /// </remarks>
    public async Task<UpstreamFailure?> CheckAsync(ConnectorContext context, CancellationToken ct) =>
        (await ExchangeAsync(context, Secrets.New(), Secrets.New(), ct)).TryGet(out _, out var failure) || failure.Code is "X-112" or "X-104" ? null : failure;

    /// <inheritdoc/>
    public Task<Result<UpstreamRedirect, UpstreamFailure>> BeginAsync(ConnectorContext context, CancellationToken ct)
    {
        // X allows 500 characters of state: a short random key, and everything else stays here.
        var state = Secrets.NewHandle(context.Time.GetUtcNow());
        var verifier = Secrets.New();
        string[] ours = ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];
        var query = Parameters.Format(
        [
            .. context.Parameters.Where(p => !ours.Contains(p.Key, StringComparer.OrdinalIgnoreCase)).Select(p => new KeyValuePair<string, string?>(p.Key, p.Value)),
            new("response_type", "code"),
            new("client_id", context.Credentials.Key),
            new("redirect_uri", context.CallbackUrl),
            new("scope", string.Join(' ', context.Scopes)),
            new("state", state),
            new("code_challenge", Pkce.Challenge(verifier)),
            new("code_challenge_method", "S256"),
        ]);
        var url = new Uri(context.WebHost, $"/i/oauth2/authorize?{query}");
        return Task.FromResult<Result<UpstreamRedirect, UpstreamFailure>>(
            new UpstreamRedirect(url, state, new Dictionary<string, string> { [State] = state, [Verifier] = verifier }, $"state {state.Length} characters, S256"));
    }

    /// <inheritdoc/>
    public async Task<Result<ExternalIdentity, UpstreamFailure>> CompleteAsync(
        ConnectorContext context, Parameters reply, IReadOnlyDictionary<string, string> memo, CancellationToken ct)
    {
        // The visit may have been found by another parameter, or begun before the connection's protocol changed.
        if (!memo.TryGetValue(State, out var state) || reply[State] != state)
        {
            return XErrors.ForeignReply();
        }

        if (reply["error"] is { } error)
        {
            return XErrors.FromCallback(error);
        }

        if (reply["code"] is not { Length: <= 2048 } code || reply.IsRepeated("code"))
        {
            return new UpstreamFailure(UpstreamFailureKind.Unavailable, "X-115", UpstreamStep.Callback, "the callback has neither code nor error");
        }

        var exchange = await ExchangeAsync(context, code, memo[Verifier], ct);
        if (!exchange.TryGet(out var token, out var failure))
        {
            return failure;
        }

        return await XProfile.ReadAsync(context, token, ct);
    }

    private static async Task<Result<XAccessToken, UpstreamFailure>> ExchangeAsync(ConnectorContext context, string code, string verifier, CancellationToken ct)
    {
        var form = new List<KeyValuePair<string, string>>
        {
            new("grant_type", "authorization_code"),
            new("code", code),
            new("redirect_uri", context.CallbackUrl),
            new(Verifier, verifier),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(context.ApiHost, "/2/oauth2/token"));
        if (context.Credentials.Secret is { } secret)
        {
            var basic = Encoding.UTF8.GetBytes($"{context.Credentials.Key}:{secret.Reveal()}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(basic));
        }
        else
        {
            // X: a public app names itself in the body and must not send a header.
            form.Add(new("client_id", context.Credentials.Key));
        }

        request.Content = new FormUrlEncodedContent(form);
        var answer = await XAnswer.SendAsync(context, request, UpstreamStep.Exchange, ct);
        if (!answer.TryGet(out var response, out var failure))
        {
            return failure;
        }

        if (response.Status != HttpStatusCode.OK)
        {
            return XErrors.FromAnswer(response, UpstreamStep.Exchange);
        }

        if (response.Json is not { ValueKind: JsonValueKind.Object } json
            || !json.TryGetProperty("access_token", out var token) || token.ValueKind != JsonValueKind.String || token.GetString() is not { Length: > 0 and <= 8192 } value)
        {
            return XErrors.UnknownShape(response, UpstreamStep.Exchange);
        }

        var scopes = json.TryGetProperty("scope", out var scope) && scope.ValueKind == JsonValueKind.String ? Scopes.Split(scope.GetString()) : null;
        context.Granted = scopes is null ? null : string.Join(' ', scopes);
        return new XAccessToken(value, scopes);
    }
}

/// <summary>An access token of OAuth 2.0, kept no longer than the profile call takes.</summary>
/// <param name="Value">The token.</param>
/// <param name="Scopes">Scopes X says it granted; null when it did not say.</param>
internal sealed record XAccessToken(string Value, IReadOnlyList<string>? Scopes)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => "***";
}
