using Xenios.Server.Sessions;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.ResolveAccount;

/// <summary>Which account somebody gets, or what has to be asked first.</summary>
internal abstract record AccountAnswer
{
    private AccountAnswer()
    {
    }

    /// <summary>The identity's own account.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Email">Address just proved that the account lacked; null for none.</param>
    public sealed record Existing(LinkedAccount Account, EmailAddress? Email) : AccountAnswer;

    /// <summary>The account that a live session speaks for.</summary>
    /// <param name="Session">The session.</param>
    /// <param name="Email">Address just proved that the account lacked; null for none.</param>
    public sealed record SignedIn(Session Session, EmailAddress? Email) : AccountAnswer;

    /// <summary>A new account.</summary>
    /// <param name="Create">With what.</param>
    public sealed record New(AccountDecision.Create Create) : AccountAnswer;

    /// <summary>An account that was there before, which the identity is attached to.</summary>
    /// <param name="Link">To whose, and why.</param>
    /// <param name="Address">The address that was proved; null where a sign-in was the proof.</param>
    public sealed record Attach(AccountDecision.Link Link, EmailAddress? Address) : AccountAnswer;

    /// <summary>No account: the person stays a guest.</summary>
    public sealed record Guest : AccountAnswer;

    /// <summary>The account that was signed in to without a connection.</summary>
    /// <param name="User">The user.</param>
    public sealed record Local(string User) : AccountAnswer;

    /// <summary>The person is asked first, or cannot go on.</summary>
    /// <param name="Journey">The journey, waiting for that.</param>
    public sealed record Wait(Journey Journey) : AccountAnswer;

    /// <summary>The account's user; null for a new one and for a guest.</summary>
    public string? UserId => this switch
    {
        Existing existing => existing.Account.UserId,
        SignedIn signedIn => signedIn.Session.UserId,
        Attach attach => attach.Link.UserId,
        Local local => local.User,
        _ => null,
    };
}
