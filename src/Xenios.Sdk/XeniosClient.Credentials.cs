namespace Xenios.Sdk;

/// <content>Tests of connections, and their credentials.</content>
public sealed partial class XeniosClient
{
    /// <summary>Begins a test of a connection; its address is opened in a browser.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="request">With which credentials.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<ConnectionTestView> TestConnectionAsync(string id, ConnectionTestRequest? request = null, string? idempotencyKey = null, CancellationToken ct = default) => SendAsync(
        new(HttpMethod.Post, Path("connections", id, "test")) { Content = Body(request ?? new(), XeniosJson.Default.ConnectionTestRequest), IdempotencyKey = idempotencyKey },
        XeniosJson.Default.ConnectionTestView,
        ct);

    /// <summary>Where a test of a connection stands, for whoever began it.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="result">Its <c>result_id</c>.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<ConnectionTestView> ReadConnectionTestAsync(string id, string result, CancellationToken ct = default) =>
        GetAsync(Path("connections", id, "test", result), XeniosJson.Default.ConnectionTestView, ct);

    /// <summary>The sets of credentials of a connection, without their secrets.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<CredentialsView> ReadCredentialsAsync(string id, CancellationToken ct = default) => GetAsync(Path("connections", id, "credentials"), XeniosJson.Default.CredentialsView, ct);

    /// <summary>Stores the next set of credentials beside the one in use, to be tested.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="credentials">The set.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<CredentialsView> SetNextCredentialsAsync(string id, CredentialsResource credentials, CancellationToken ct = default) =>
        SendAsync(new(HttpMethod.Put, Path("connections", id, "credentials", "next")) { Content = Body(credentials, XeniosJson.Default.CredentialsResource) }, XeniosJson.Default.CredentialsView, ct);

    /// <summary>Forgets the next or the former set of credentials.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="place">Which of the two.</param>
    /// <param name="ct">Ends the call.</param>
    public Task DeleteCredentialsAsync(string id, CredentialsPlace place, CancellationToken ct = default) => SendAsync(new(HttpMethod.Delete, Path("connections", id, "credentials", WireName.Of(place))), ct);

    /// <summary>Puts the next set of credentials into use, or the former one back.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="place">Which of the two.</param>
    /// <param name="activation">How.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<CredentialsView> ActivateCredentialsAsync(string id, CredentialsPlace place, CredentialsActivation? activation = null, string? idempotencyKey = null, CancellationToken ct = default) => SendAsync(
        new(HttpMethod.Post, Path("connections", id, "credentials", WireName.Of(place), "activate")) { Content = Body(activation ?? new(), XeniosJson.Default.CredentialsActivation), IdempotencyKey = idempotencyKey },
        XeniosJson.Default.CredentialsView,
        ct);
}
