using Xenios.Protocol;
using Xenios.Server.Environments;

namespace Xenios.Server.OpenId.Grants;

/// <summary>A grant type: what it redeems. Form, client and permission are checked before, the answer is written after.</summary>
internal interface IGrant
{
    /// <summary>The <c>grant_type</c> it serves.</summary>
    string Type { get; }

    /// <summary>Redeems what a form brings.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="client">The authenticated client, which may use this grant.</param>
    /// <param name="form">The form.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<Result<TokenResponse, OAuthError>> RedeemAsync(EnvironmentContext environment, Client client, Parameters form, CancellationToken ct);
}
