using Xenios.Protocol;
using Xenios.Server.Hosting;

namespace Xenios.Server.Connectors;

/// <summary>A kind of upstream as two verbs: where to send the browser, and what its return means. No code outside a connector knows which protocol ran.</summary>
internal interface IConnector
{
    /// <summary>
    /// Finds out without a person what can be found out: whether the upstream is reached, and whether it takes the credentials. Every call is noted in the context; a
    /// kind of upstream that can tell nothing makes none.
    /// </summary>
    /// <param name="context">As in <see cref="BeginAsync"/>.</param>
    /// <param name="ct">Ends outgoing calls.</param>
    /// <returns>Null when nothing stands against the credentials.</returns>
    Task<UpstreamFailure?> CheckAsync(ConnectorContext context, CancellationToken ct) => Task.FromResult<UpstreamFailure?>(null);

    /// <summary>Prepares a visit.</summary>
    /// <param name="context">The connection and what this visit needs.</param>
    /// <param name="ct">Ends outgoing calls.</param>
    Task<Result<UpstreamRedirect, UpstreamFailure>> BeginAsync(ConnectorContext context, CancellationToken ct);

    /// <summary>Finishes a visit. The caller has made sure that this happens once.</summary>
    /// <param name="context">As in <see cref="BeginAsync"/>.</param>
    /// <param name="reply">The callback's parameters.</param>
    /// <param name="memo">What <see cref="BeginAsync"/> asked to be remembered.</param>
    /// <param name="ct">Ends outgoing calls.</param>
    Task<Result<ExternalIdentity, UpstreamFailure>> CompleteAsync(ConnectorContext context, Parameters reply, IReadOnlyDictionary<string, string> memo, CancellationToken ct);
}

/// <summary>What a connector needs to know about one visit.</summary>
internal sealed record ConnectorContext
{
    /// <summary>Credentials at the upstream.</summary>
    public required UpstreamCredentials Credentials { get; init; }

    /// <summary>Where the upstream's pages are.</summary>
    public required Uri WebHost { get; init; }

    /// <summary>Where the upstream's API is.</summary>
    public required Uri ApiHost { get; init; }

    /// <summary>Where the upstream sends the browser back to.</summary>
    public required string CallbackUrl { get; init; }

    /// <summary>Scopes asked for.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Parameters to add to the upstream's page; ours are written last and win.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; } = [];

    /// <summary>Whether the person must prove itself anew, where the upstream can do that.</summary>
    public bool ForceLogin { get; init; }

    /// <summary>Issuer of the identity.</summary>
    public required string IdentityIssuer { get; init; }

    /// <summary>The guarded client for every outgoing call.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Receives the scopes that the upstream said it granted, by spaces, also when the visit breaks after that; null while it has not said.</summary>
    public string? Granted { get; set; }

    /// <summary>Receives every call made in this visit, in order, for the timeline.</summary>
    public List<UpstreamCall> Calls { get; } = [];
}

/// <summary>One call to an upstream.</summary>
/// <param name="Step">The step it belongs to.</param>
/// <param name="At">When it began.</param>
/// <param name="Duration">How long it took, on the real clock.</param>
/// <param name="Status">HTTP status; null without an answer.</param>
internal sealed record UpstreamCall(UpstreamStep Step, DateTimeOffset At, TimeSpan Duration, int? Status);

/// <summary>Key and secret at an upstream.</summary>
/// <param name="Key">OAuth 2.0 client ID, or OAuth 1.0a API key.</param>
/// <param name="Secret">Its secret; null for a public OAuth 2.0 app.</param>
internal sealed record UpstreamCredentials(string Key, Secret? Secret);

/// <summary>Where to send the browser.</summary>
/// <param name="Url">The upstream's page.</param>
/// <param name="Key">What the upstream will send back to tell this visit from others: <c>state</c> or <c>oauth_token</c>.</param>
/// <param name="Memo">What must be remembered until then, such as a PKCE verifier; opaque to everyone else.</param>
/// <param name="Facts">How the visit is protected, for the timeline: never a value that protects it.</param>
internal sealed record UpstreamRedirect(Uri Url, string Key, IReadOnlyDictionary<string, string> Memo, string Facts);

/// <summary>Who came back from an upstream.</summary>
internal sealed record ExternalIdentity
{
    /// <summary>Kind of connector: <c>x</c>.</summary>
    public required string Connector { get; init; }

    /// <summary>Upstream issuer.</summary>
    public required string Issuer { get; init; }

    /// <summary>Upstream subject: opaque, case-sensitive, 1 to 255 characters. For X the numeric id.</summary>
    public required string Subject { get; init; }

    /// <summary>Handle without @: display data, never a key.</summary>
    public string? Handle { get; init; }

    /// <summary>Address the upstream gave; null when it gave none.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the upstream says that address is confirmed.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>When the person proved itself at the upstream; null when the upstream may simply have remembered it (threats B10).</summary>
    public DateTimeOffset? AuthTime { get; init; }

    /// <summary>What else the upstream said, by its own names: at most 100 strings of at most 2,048 characters.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Scopes the upstream said it granted, by spaces; null when it did not say.</summary>
    public string? Granted { get; init; }

    /// <summary>Facts for the operator about the visit: granted scopes, partial errors. Never a secret.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>The step of a visit that broke.</summary>
internal enum UpstreamStep
{
    /// <summary>Before the browser left.</summary>
    Challenge,

    /// <summary>In the callback itself.</summary>
    Callback,

    /// <summary>While exchanging the code or request token.</summary>
    Exchange,

    /// <summary>While reading the profile.</summary>
    Profile,
}

/// <summary>What a failure means for the person.</summary>
internal enum UpstreamFailureKind
{
    /// <summary>The person said no (S50).</summary>
    Denied,

    /// <summary>The upstream has problems: not reachable, 5xx, nonsense (S52).</summary>
    Unavailable,

    /// <summary>The upstream did not answer in time (S53).</summary>
    TimedOut,

    /// <summary>The upstream limits us (S54).</summary>
    RateLimited,

    /// <summary>Our side of the connection is wrong or unpaid (S55).</summary>
    Misconfigured,

    /// <summary>The upstream suspended our app (S56).</summary>
    AppSuspended,

    /// <summary>The upstream would not confirm this account (S57).</summary>
    AccountRefused,

    /// <summary>The visit took too long or was used up (S59).</summary>
    Stale,
}

/// <summary>Why a visit failed: for the person by its kind, for the administrator by code, step and facts.</summary>
/// <param name="Kind">What it means for the person.</param>
/// <param name="Code">Code of the catalogue, such as <c>X-102</c>.</param>
/// <param name="Step">Where it broke.</param>
/// <param name="Detail">The upstream's status, code and title, shortened; never a secret, never shown to the person.</param>
/// <param name="RetryAt">When the upstream says it may be tried again.</param>
/// <param name="Said">The upstream's own name of the error, such as <c>code 89</c> or <c>client-forbidden</c>, without any of its sentences; null when it gave none.</param>
internal sealed record UpstreamFailure(UpstreamFailureKind Kind, string Code, UpstreamStep Step, string Detail, DateTimeOffset? RetryAt = null, string? Said = null);
