using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Mail;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.ResolveAccount;

/// <summary>Writes what was decided about the account, as part of the transaction that ends a journey.</summary>
internal sealed class AccountSettlement(AccountWriter accounts, IdentityWriter identities, Guests guests, AccountMails mails, TimeProvider time)
{
    /// <summary>How tokens will name the person, before anything is written: what <see cref="WriteAsync"/> will give. No query unless that is a guest's subject.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey.</param>
    /// <param name="connection">The connection it came by; null for a local way in or a live session.</param>
    /// <param name="answer">What was decided.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>User id or guest's subject; null for somebody new.</returns>
    public ValueTask<string?> SubjectAsync(EnvironmentContext environment, Journey journey, Connection? connection, AccountAnswer answer, CancellationToken ct) =>
        connection is not null && (answer is AccountAnswer.Guest || IsFederated(environment, journey))
            ? new(guests.SubjectAsync(environment.Snapshot.Id, connection, journey.Identity!, ct))
            : ValueTask.FromResult(answer.UserId);

    /// <summary>Writes it.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey.</param>
    /// <param name="connection">The connection it came by; null for a local way in.</param>
    /// <param name="answer">What was decided.</param>
    /// <param name="outbox">Receives what is to be told once the transaction is through.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>User id or guest's subject; null when somebody else changed what the decision relied on.</returns>
    public async Task<string?> WriteAsync(
        EnvironmentContext environment, Journey journey, Connection? connection, AccountAnswer answer, List<Message> outbox, WriteScope scope)
    {
        var id = environment.Snapshot.Id;
        outbox.Clear();
        switch (answer)
        {
            case AccountAnswer.Local local:
                return await AccountWriter.IsActiveAsync(id, local.User, scope) ? local.User : null;
            case AccountAnswer.SignedIn signedIn:
                return await ConfirmAsync(environment, journey, signedIn.Session.UserId, signedIn.Email, outbox, scope) ? signedIn.Session.UserId : null;
        }

        var identity = journey.Identity!;
        if (answer is AccountAnswer.Guest)
        {
            return await guests.WriteAsync(id, connection!, identity, null, scope);
        }

        var user = answer switch
        {
            AccountAnswer.Existing existing => await ConfirmAsync(environment, journey, existing.Account.UserId, existing.Email, outbox, scope)
                && await accounts.NoteSignInAsync(id, existing.Account, connection!, identity, scope) ? existing.Account.UserId : null,
            AccountAnswer.New created => await CreateAsync(environment, journey, connection!, created.Create, outbox, scope),
            AccountAnswer.Attach attach => await AttachAsync(environment, journey, connection!, attach, outbox, scope),
            _ => throw new InvalidOperationException($"Unknown answer {answer}."),
        };
        return user is not null && IsFederated(environment, journey) ? await guests.WriteAsync(id, connection!, identity, user, scope) : user;
    }

    // The application wants the subject of the connection's identity, whichever account is behind it (local_subject, kinde-and-wso2 B20).
    private static bool IsFederated(EnvironmentContext environment, Journey journey) =>
        journey.Request is { } request && environment.Snapshot.Clients.TryGetValue(request.ClientId, out var client) && client.FederatedSubject;

    private async Task<string?> CreateAsync(
        EnvironmentContext environment, Journey journey, Connection connection, AccountDecision.Create create, List<Message> outbox, WriteScope scope)
    {
        var (id, identity, answers, policy) = (environment.Snapshot.Id, journey.Identity!, journey.Answers, connection.Policy);
        var wanted = answers.Username ?? Usernames.For(policy.UsernameSource, identity, create.VerifiedBy is null ? null : create.Email);
        var user = new NewUser
        {
            Id = Secrets.NewId("usr", time.GetUtcNow()),

            // A name that the person chose is theirs or nobody's; one that came by itself may get a suffix.
            Username = wanted is null || answers.Username is not null ? wanted : await AccountWriter.FreeNameAsync(id, wanted, scope),
            Email = create.Email,
            VerifiedBy = create.VerifiedBy,
            PasswordHash = answers.PasswordHash,
            Attributes = connection.Attributes.Apply(identity),
            Groups = connection.Attributes.SyncGroups(new Dictionary<string, string>(), identity, connection.Id, policy.GroupSync),
            ManagedBy = policy.ManagedByConnection ? connection.Id : null,
        };
        if (!await accounts.CreateAsync(id, user, scope) || !await identities.AttachAsync(id, user.Id, connection.Id, identity, scope))
        {
            return null;
        }

        if (create is { Email: { } proved, VerifiedBy: not null })
        {
            await EndClaimsAsync(environment, journey, user.Id, proved, outbox, scope);
        }

        return user.Id;
    }

    // An address that the account lacked and the person proved just now: a new way in, so whoever else holds a session or token of the account loses it (threats A03).
    private async Task<bool> ConfirmAsync(EnvironmentContext environment, Journey journey, string user, EmailAddress? email, List<Message> outbox, WriteScope scope)
    {
        if (email is null)
        {
            return true;
        }

        if (!await accounts.ConfirmEmailAsync(environment.Snapshot.Id, user, email, scope))
        {
            return false;
        }

        await identities.EndSessionsAsync(environment.Snapshot.Id, user, journey.SignedIn?.Id, scope);
        await EndClaimsAsync(environment, journey, user, email, outbox, scope);
        return true;
    }

    private async Task EndClaimsAsync(EnvironmentContext environment, Journey journey, string owner, EmailAddress proved, List<Message> outbox, WriteScope scope)
    {
        if (await identities.EndClaimsAsync(environment.Snapshot.Id, proved, owner, scope))
        {
            outbox.Add(mails.TakenOver(environment, journey.Language, proved.Text));
        }
    }

    private async Task<string?> AttachAsync(
        EnvironmentContext environment, Journey journey, Connection connection, AccountAnswer.Attach attach, List<Message> outbox, WriteScope scope)
    {
        var (id, identity, user) = (environment.Snapshot.Id, journey.Identity!, attach.Link.UserId);
        var (attached, replaced) = await identities.LinkAsync(id, user, connection.Id, identity, attach.Address, attach.Link.Replaces, scope);
        if (!attached)
        {
            return null;
        }

        await accounts.SyncAsync(id, user, connection, identity, scope);

        // Whoever else is signed in to this account has to show again that it is theirs (threats A03).
        await identities.EndSessionsAsync(id, user, null, scope);
        if (await AccountLookup.ConfirmedAddressAsync(id, user, scope) is { } address)
        {
            if (replaced is not null)
            {
                outbox.Add(mails.Disconnected(environment, journey.Language, address, connection.Name, replaced));
            }

            outbox.Add(mails.Connected(environment, journey.Language, address, connection.Name, identity));
        }

        return user;
    }
}
