using System.Net;
using System.Net.Http.Headers;
using Xenios.Protocol;
using Xenios.Protocol.OAuth1;
using Xenios.Server.Hosting;

namespace Xenios.Server.Connectors.X;

/// <summary>Sign in with X over OAuth 1.0a: request token, the person's yes, access token, profile (x-platform §3).</summary>
internal sealed class XOAuth1 : IConnector
{
    /// <summary>The one connector; it has no state.</summary>
    public static readonly XOAuth1 Instance = new();

    private const string RequestToken = "oauth_token";
    private const string TokenSecret = "oauth_token_secret";
    private const string Forced = "force_login";

    /// <inheritdoc/>
    /// <remarks>A request token needs right keys, a registered callback and a right clock (x-platform §5), so it is the whole test.</remarks>
    public async Task<UpstreamFailure?> CheckAsync(ConnectorContext context, CancellationToken ct) => (await BeginAsync(context, ct)).TryGet(out _, out var failure) ? null : failure;

    /// <inheritdoc/>
    public async Task<Result<UpstreamRedirect, UpstreamFailure>> BeginAsync(ConnectorContext context, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(context.ApiHost, "/oauth/request_token"));
        Sign(context, request, [], [new("oauth_callback", context.CallbackUrl)], null);
        var answer = await XAnswer.SendAsync(context, request, UpstreamStep.Challenge, ct);
        if (!answer.TryGet(out var response, out var failure))
        {
            return failure;
        }

        if (response.Status != HttpStatusCode.OK)
        {
            return XErrors.FromAnswer(response, UpstreamStep.Challenge);
        }

        var token = Parameters.ParseForm(response.Body);
        if (token["oauth_token"] is not { Length: <= 512 } key || token[TokenSecret] is not { Length: <= 512 } secret || token["oauth_callback_confirmed"] != "true"
            || token.Repeated.Count > 0)
        {
            return XErrors.UnknownShape(response, UpstreamStep.Challenge);
        }

        var parameters = context.Parameters
            .Where(p => !p.Key.StartsWith("oauth_", StringComparison.OrdinalIgnoreCase) && !(context.ForceLogin && p.Key.Equals("force_login", StringComparison.OrdinalIgnoreCase)))
            .Select(p => new KeyValuePair<string, string?>(p.Key, p.Value));
        var query = Parameters.Format([.. parameters, new("force_login", context.ForceLogin ? "true" : null), new("oauth_token", key)]);
        return new UpstreamRedirect(
            new Uri(context.ApiHost, $"/oauth/authenticate?{query}"),
            key,
            new Dictionary<string, string> { [RequestToken] = key, [TokenSecret] = secret, [Forced] = AsksForLogin(context) ? "true" : "false" },
            "signed request token");
    }

    /// <inheritdoc/>
    public async Task<Result<ExternalIdentity, UpstreamFailure>> CompleteAsync(
        ConnectorContext context, Parameters reply, IReadOnlyDictionary<string, string> memo, CancellationToken ct)
    {
        // The visit was found by one parameter; every other one must mean the same visit (threats B07).
        if (!memo.TryGetValue(RequestToken, out var requestToken) || (reply["denied"] ?? reply[RequestToken]) != requestToken)
        {
            return XErrors.ForeignReply();
        }

        if (reply["denied"] is not null)
        {
            return new UpstreamFailure(UpstreamFailureKind.Denied, "access_denied", UpstreamStep.Callback, "denied");
        }

        if (reply["oauth_verifier"] is not { Length: <= 512 } verifier || reply.IsRepeated("oauth_verifier"))
        {
            return new UpstreamFailure(UpstreamFailureKind.Unavailable, "X-115", UpstreamStep.Callback, "the callback has neither oauth_verifier nor denied");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(context.ApiHost, "/oauth/access_token"));
        KeyValuePair<string, string>[] form = [new("oauth_verifier", verifier)];
        Sign(context, request, form, [], new Credentials(context.Credentials.Key, context.Credentials.Secret!.Reveal(), requestToken, memo[TokenSecret]));
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

        var token = Parameters.ParseForm(response.Body);
        if (token["oauth_token"] is not { Length: <= 512 } access || token[TokenSecret] is not { Length: <= 512 } secret)
        {
            return XErrors.UnknownShape(response, UpstreamStep.Exchange);
        }

        var credentials = new Credentials(context.Credentials.Key, context.Credentials.Secret!.Reveal(), access, secret);
        var profile = await XProfile.ReadAsync(context, credentials, token["user_id"], token["screen_name"], ct);
        return profile.TryGet(out var identity, out failure)
            ? identity with { AuthTime = memo.GetValueOrDefault(Forced) == "true" ? context.Time.GetUtcNow() : null }
            : failure;
    }

    // With force_login X asks for credentials whoever is signed in there (x-platform §3.3), so whoever comes back has just shown them.
    private static bool AsksForLogin(ConnectorContext context) =>
        context.ForceLogin || context.Parameters.Any(p => p.Key.Equals(Forced, StringComparison.OrdinalIgnoreCase) && p.Value == "true");

    /// <summary>Signs a request that is about to be sent (RFC 5849 §3.4). The host signed is the host called.</summary>
    /// <param name="context">Whose clock and credentials.</param>
    /// <param name="request">The request; its header is set.</param>
    /// <param name="form">Its form body.</param>
    /// <param name="protocol">Its own <c>oauth_*</c> parameters.</param>
    /// <param name="credentials">Who signs; null for the application alone.</param>
    public static void Sign(
        ConnectorContext context,
        HttpRequestMessage request,
        IEnumerable<KeyValuePair<string, string>> form,
        IEnumerable<KeyValuePair<string, string>> protocol,
        Credentials? credentials)
    {
        var header = AuthorizationHeader.Create(
            request.Method.Method,
            request.RequestUri!,
            form,
            protocol,
            credentials ?? new Credentials(context.Credentials.Key, context.Credentials.Secret!.Reveal()),
            Secrets.New(),
            context.Time.GetUtcNow().ToUnixTimeSeconds());
        request.Headers.Authorization = new AuthenticationHeaderValue("OAuth", header["OAuth ".Length..]);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }
}
