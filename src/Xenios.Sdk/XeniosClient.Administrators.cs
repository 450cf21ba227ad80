namespace Xenios.Sdk;

/// <content>Who looks after the server, and who calls.</content>
public sealed partial class XeniosClient
{
    /// <summary>Who calls, what the caller may do, and the environments within reach.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task<MeView> ReadMeAsync(CancellationToken ct = default) => GetAsync("me", XeniosJson.Default.MeView, ct);

    /// <summary>Signs an administrator out of the console, where <c>http</c> brings the session.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task EndMySessionAsync(CancellationToken ct = default) => SendAsync(new(HttpMethod.Delete, "me/session"), ct);

    /// <summary>The administrators, the first one first.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task<AdministratorList> ListAdministratorsAsync(CancellationToken ct = default) => GetAsync("administrators", XeniosJson.Default.AdministratorList, ct);

    /// <summary>Makes a user an administrator, or a new one by email and password.</summary>
    /// <param name="administrator">Whom.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<AdministratorView> AddAdministratorAsync(AdministratorResource administrator, string? idempotencyKey = null, CancellationToken ct = default) => SendAsync(
        new(HttpMethod.Post, "administrators") { Content = Body(administrator, XeniosJson.Default.AdministratorResource), IdempotencyKey = idempotencyKey }, XeniosJson.Default.AdministratorView, ct);

    /// <summary>Takes the right away; the account stays.</summary>
    /// <param name="id">User id.</param>
    /// <param name="ct">Ends the call.</param>
    public Task RemoveAdministratorAsync(string id, CancellationToken ct = default) => SendAsync(new(HttpMethod.Delete, Path("administrators", id)), ct);

    /// <summary>Makes a link that makes an administrator, once, within 30 minutes.</summary>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<SetupLinkView> CreateSetupLinkAsync(string? idempotencyKey = null, CancellationToken ct = default) =>
        SendAsync(new(HttpMethod.Post, "setup-links") { IdempotencyKey = idempotencyKey }, XeniosJson.Default.SetupLinkView, ct);
}
