using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Mail;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.ResolveAccount;

/// <summary>How a typed code fared.</summary>
internal enum CodeOutcome
{
    /// <summary>It is the code.</summary>
    Right,

    /// <summary>It is not.</summary>
    Wrong,

    /// <summary>No code is accepted for a while.</summary>
    TooManyTries,

    /// <summary>It was not looked at: too old, or another request was quicker.</summary>
    NotEvaluated,
}

/// <summary>Sends codes and checks them. Every try is written before it is evaluated, so parallel guesses gain nothing (threats H01).</summary>
internal sealed class EmailCodes(JourneyStore journeys, JourneyPages pages, Counters counters, IMailer mailer, TimeProvider time)
{
    private const int TriesPerCode = 5;

    // Wrong codes within an hour. What one network may do is less than what shuts an address, so nobody shuts somebody else's from one place.
    private const int TriesPerAddressAndNetwork = 15;
    private const int TriesPerNetwork = 30;
    private const int TriesPerAddress = 40;
    private const int TriesOfAll = 2000;
    private const int MailsPerAddress = 5;
    private const int MailsPerNetwork = 30;
    private const int LongestHandle = 50;

    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Lock = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Sends a code to an address: to a known one exactly as to an unknown one.</summary>
    public async Task<IResult> SendAsync(HttpContext context, EnvironmentContext environment, StoredJourney stored, EmailAddress address, CancellationToken ct)
    {
        var (id, now) = (environment.Snapshot.Id, time.GetUtcNow());
        if (stored.Journey.Email is { } former)
        {
            if (former.LockedUntil is { } until && until > now)
            {
                return pages.Break(context, environment, stored.Journey, until);
            }

            if (former.CodeHash is not null && string.Equals(former.Address, address.Text, StringComparison.OrdinalIgnoreCase) && now < former.SentAt + JourneyPages.ResendAfter)
            {
                return new SeeOther(context.Request.PathBase + stored.Journey.AskPath);
            }
        }

        // Plus tags reach the same mailbox: they count together, though they are different people to us.
        CountLimit[] limits = [new("mails_by_network", RateLimits.NetworkOf(context), MailsPerNetwork, Window), new("mails_to_address", Mailbox(address), MailsPerAddress, Window)];
        if (await counters.AddAsync(id, limits, ct) is { } windowEnds)
        {
            return pages.Break(context, environment, stored.Journey, windowEnds);
        }

        var code = Secrets.NewDigits();
        var journey = stored.Journey with
        {
            Ask = JourneyAsk.EmailCode,

            // What was answered was answered about the former address, unless the code only proves again who answered.
            Answers = stored.Journey.Reauthenticates ? stored.Journey.Answers : AccountAnswers.None,
            Trouble = null,
            Email = new EmailProof { Address = address.Text, CodeHash = HashOf(stored.Journey.Id, code), CodeEndsAt = now + CodeLifetime, SentAt = now },
        };
        var mail = Hop.Of(HopKind.Mail, now, ("to", address.Masked), ("what", "code"));
        var before = journey;
        journey = before.Noted(mail, JourneyHops.Page(context, environment, before, now));
        if (await journeys.ReplaceAsync(id, journey, stored.Version, ct) is not { } waiting)
        {
            return new SeeOther(context.Request.PathBase + stored.Journey.AskPath);
        }

        if (!await mailer.SendAsync(Mail(environment, journey, address, code), ct))
        {
            // What never arrived counts for nothing, and nobody has to wait before trying again.
            var failed = before with { Email = journey.Email! with { CodeHash = null, MailFailed = true } };
            await journeys.ReplaceAsync(
                id, failed.Noted(mail.Ended(HopOutcome.Failed, "mail_not_sent"), JourneyHops.Page(context, environment, failed, now)), waiting.Version, ct);
        }

        return new SeeOther(context.Request.PathBase + journey.AskPath);
    }

    /// <summary>Checks a typed code. Wrong ones are counted by code, address, network and environment; a right one uses nothing of that up.</summary>
    public async Task<(CodeOutcome Outcome, StoredJourney After, DateTimeOffset Until)> TryAsync(
        HttpContext context, EnvironmentContext environment, StoredJourney stored, string typed, CancellationToken ct)
    {
        var proof = stored.Journey.Email!;
        var now = time.GetUtcNow();
        if (proof.LockedUntil is { } locked && locked > now)
        {
            return (CodeOutcome.TooManyTries, stored, locked);
        }

        if (proof.CodeHash is null || proof.CodeEndsAt <= now)
        {
            return (CodeOutcome.NotEvaluated, stored, now);
        }

        var tries = proof.Tries + 1;
        var counted = proof with { Tries = tries, CodeHash = tries >= TriesPerCode ? null : proof.CodeHash, LockedUntil = tries >= TriesPerCode ? now + Lock : null };
        var entered = Hop.Of(HopKind.CodeEntered, now, ("try", tries.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var trying = (stored.Journey with { Email = counted }).Noted(entered.Ended(HopOutcome.Refused, tries >= TriesPerCode ? "too_many_tries" : "code_wrong"));
        if (await journeys.ReplaceAsync(environment.Snapshot.Id, trying, stored.Version, ct) is not { } after)
        {
            return (CodeOutcome.NotEvaluated, stored, now);
        }

        var (address, network) = (EmailAddress.Parse(proof.Address)!.Key, RateLimits.NetworkOf(context));
        CountLimit[] limits =
        [
            new("codes_for_address_by_network", $"{address}|{network}", TriesPerAddressAndNetwork, Window),
            new("codes_by_network", network, TriesPerNetwork, Window),
            new("codes_for_address", address, TriesPerAddress, Window),
            new("codes", "", TriesOfAll, Window),
        ];
        if (await counters.AddAsync(environment.Snapshot.Id, limits, ct) is { } windowEnds)
        {
            return (CodeOutcome.TooManyTries, after, windowEnds);
        }

        if (Secrets.Same(HashOf(stored.Journey.Id, typed), proof.CodeHash))
        {
            await counters.GiveBackAsync(environment.Snapshot.Id, limits, ct);
            var proved = after.Journey with { Hops = [.. after.Journey.Hops.SkipLast(1), entered], AuthTime = after.Journey.AuthTime ?? now, Proved = after.Journey.Proved || after.Journey is { Identity: null, SignedIn: null }, Email = counted with { Proved = true, CodeHash = null, LockedUntil = null } };
            return (CodeOutcome.Right, after with { Journey = proved }, now);
        }

        return tries >= TriesPerCode ? (CodeOutcome.TooManyTries, after, now + Lock) : (CodeOutcome.Wrong, after, now);
    }

    private static string Mailbox(EmailAddress address)
    {
        var at = address.Key.IndexOf('@', StringComparison.Ordinal);
        var plus = address.Key.IndexOf('+', StringComparison.Ordinal);
        return plus > 0 && plus < at ? address.Key[..plus] + address.Key[at..] : address.Key;
    }

    private static string HashOf(string journey, string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{journey}|{code}")));

    private static Message Mail(EnvironmentContext environment, Journey journey, EmailAddress address, string code)
    {
        var texts = Texts.For(journey.Language);
        var application = journey.Request is { } request && environment.Snapshot.Clients.TryGetValue(request.ClientId, out var client)
            ? client.Name
            : environment.Snapshot.DisplayName;
        var spaced = $"{code[..3]} {code[3..]}";
        if (journey is { Identity: null, SignedIn: null })
        {
            return new Message(
                address.Text, texts["mail.code.subject", ("code", spaced), ("app", application)], texts["mail.signInCode.text", ("code", spaced), ("app", application)], code);
        }

        var connection = journey.Connection is { } slug && environment.Snapshot.Connections.TryGetValue(slug, out var found) ? found.Name : "X";
        var person = (journey.Identity is { } identity ? identity.Handle : journey.Person?.Handle) is { } handle ? $"@{(handle.Length > LongestHandle ? handle[..LongestHandle] : handle)}" : journey.Identity?.Subject ?? journey.Person?.Name ?? "";
        return new Message(
            address.Text,
            texts["mail.code.subject", ("code", spaced), ("app", application)],
            texts[journey.Reauthenticates ? "mail.confirm.text" : "mail.code.text", ("code", spaced), ("person", person), ("connection", connection), ("app", application)],
            code);
    }
}
