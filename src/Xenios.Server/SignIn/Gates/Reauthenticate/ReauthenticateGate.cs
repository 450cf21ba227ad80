using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Environments;
using Xenios.Server.SignIn.Gates.ResolveAccount;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.Reauthenticate;

/// <summary>
/// The gate for <c>prompt=login</c> and <c>max_age</c> where the upstream proved nothing: X over OAuth 2.0 lets in whoever is signed in there and does not say
/// since when. Then a code proves the person, here and now: to the account's confirmed address, or to the one that X has just given for this very identity. Without an
/// address nobody can (threats B10, standards PRM-03).
/// </summary>
internal sealed class ReauthenticateGate(EmailCodes codes, TimeProvider time)
{
    private static readonly OAuthError Unproved =
        new("login_required", "The person could not be authenticated anew: the connection does not prove a fresh sign-in, and no email is known to send a code to.");

    /// <summary>Asks for the proof that is missing.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey, its account resolved.</param>
    /// <param name="version">The version it was read with.</param>
    /// <param name="account">The account.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The journey, proved as far as it must be; or the page that asks; or the error for the application.</returns>
    public async Task<(Journey Journey, IResult? Page, OAuthError? Error)> CheckAsync(
        HttpContext context, EnvironmentContext environment, Journey journey, long version, AccountAnswer account, CancellationToken ct)
    {
        if (journey.Proved || journey.Request is not { } request || !SessionRules.NeedsProof(request))
        {
            return (journey, null, null);
        }

        // Proving any other address would say nothing about this person.
        var address = EmailAddress.Parse((account as AccountAnswer.Existing)?.Account.ConfirmedEmail) ?? EmailAddress.Parse(journey.Identity?.Email) ?? Joining(account);
        if (journey.Email is { Proved: true } proof && EmailAddress.Parse(proof.Address)?.Key == address?.Key)
        {
            return (journey with { Proved = true, AuthTime = time.GetUtcNow() }, null, null);
        }

        return address is null
            ? (journey, null, Unproved)
            : (journey, await codes.SendAsync(context, environment, new StoredJourney(journey with { Email = null, Reauthenticates = true }, version), address, ct), null);
    }

    // The address that was typed and proved on the way here, and is about to become the account's.
    private static EmailAddress? Joining(AccountAnswer account) => account switch
    {
        AccountAnswer.New { Create.VerifiedBy: "code" } created => created.Create.Email,
        AccountAnswer.Existing existing => existing.Email,
        _ => null,
    };
}
