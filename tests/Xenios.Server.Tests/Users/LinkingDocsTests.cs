using System.Runtime.CompilerServices;
using System.Text;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Users;
using static Xenios.Server.Tests.Users.Situations;

namespace Xenios.Server.Tests.Users;

/// <summary>docs/linking.md shows what the rules really decide.</summary>
public sealed class LinkingDocsTests
{
    private const string Begin = "<!-- decisions: written by LinkingDocsTests -->";
    private const string End = "<!-- end of decisions -->";

    private static readonly (string Text, AccountSituation Situation)[] FromProvider =
    [
        ("nobody here has the address", New with { UpstreamEmail = Address, UpstreamSaysVerified = true }),
        ("an account confirmed it", Known),
        ("… the code was right", Known with { EmailProved = true }),
        ("… and the person said yes", Known with { EmailProved = true, Answers = new() { LinkTo = "usr_2" } }),
        ("… the person keeps them apart", Known with { Answers = new() { KeepApart = true } }),
        ("… it is blocked", Known with { EmailProved = true, Matches = [Confirmed with { ByRule = true, IsBlocked = true }] }),
        ("… its mailbox alone does not open it", Known with { EmailProved = true, Matches = [Confirmed with { ByRule = true, NeedsSignIn = true }] }),
        ("… it has another identity of this connection, the person said yes", Known with { EmailProved = true, Matches = [Confirmed with { ByRule = true, HasOtherIdentity = true }], Answers = new() { LinkTo = "usr_2" } }),
        ("an account claims it, unconfirmed", Known with { Matches = [Confirmed with { ByRule = true, IsConfirmed = false }] }),
        ("rules find two accounts", Known with { Matches = [Confirmed with { ByRule = true }, new LocalMatch { UserId = "usr_3", ByRule = true }] }),
        ("the provider did not confirm it, nobody has it", New with { UpstreamEmail = Address }),
        ("the provider did not confirm it, an account did", Known with { UpstreamSaysVerified = false }),
    ];

    private static readonly (string Text, AccountSituation Situation)[] Typed =
    [
        ("nothing typed yet", New with { ApplicationRequiresEmail = true }),
        ("nothing typed, the application needs none", New),
        ("skipped", New with { EmailDeclined = true, ApplicationRequiresEmail = true }),
        ("typed", New with { TypedEmail = Address, CodeSent = true }),
        ("proved, nobody has it", New with { TypedEmail = Address, EmailProved = true }),
        ("proved, an account confirmed it", New with { TypedEmail = Address, EmailProved = true, Matches = [Confirmed] }),
        ("… and the person said yes", New with { TypedEmail = Address, EmailProved = true, Matches = [Confirmed], Answers = new() { LinkTo = "usr_2" } }),
        ("… the person keeps them apart", New with { TypedEmail = Address, EmailProved = true, Matches = [Confirmed], Answers = new() { KeepApart = true } }),
        ("proved, an account claims it, unconfirmed", New with { TypedEmail = Address, EmailProved = true, Matches = [Confirmed with { IsConfirmed = false }] }),
    ];

    private static AccountSituation Known => New with { UpstreamEmail = Address, UpstreamSaysVerified = true, Matches = [Confirmed with { ByRule = true }] };

    [Fact]
    public void The_documented_decisions_are_those_of_the_rules()
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "linking.md"));
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        var expected = $"{page[..(begin + Begin.Length)]}\n\n{Tables()}{page[end..]}";
        if (Environment.GetEnvironmentVariable("XENIOS_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, page);
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        var links = Enum.GetValues<LinkPolicy>();
        foreach (var trust in new[] { EmailTrust.Never, EmailTrust.WhenProviderSaysVerified })
        {
            Table(text, $"The provider gave an address; `email_trust: {WireName.Of(trust)}`", FromProvider, [.. links.Select(link => (WireName.Of(link), Presets.Kinde with { LinkPolicy = link, EmailTrust = trust }))]);
        }

        Table(text, "The provider gave no address", Typed, [.. Enum.GetValues<MissingEmail>().Select(missing => (WireName.Of(missing), Presets.Kinde with { MissingEmail = missing }))]);
        Table(
            text,
            "The presets",
            [.. FromProvider.Take(2), .. FromProvider.Skip(8).Take(1), .. Typed.Take(1)],
            [("kinde", Presets.Kinde), ("wso2", Presets.Wso2), ("wso2, jit: on", Presets.Wso2 with { Jit = OnOff.On })]);
        return text.ToString();
    }

    private static void Table(StringBuilder text, string title, (string Text, AccountSituation Situation)[] rows, (string Name, ConnectionPolicy Policy)[] columns)
    {
        text.Append($"### {title}\n\n| situation | {string.Join(" | ", columns.Select(column => $"`{column.Name}`"))} |\n| --- |{string.Concat(columns.Select(_ => " --- |"))}\n");
        foreach (var (name, situation) in rows)
        {
            text.Append($"| {name} | {string.Join(" | ", columns.Select(column => Say(AccountRules.Decide(situation, column.Policy))))} |\n");
        }

        text.Append('\n');
    }

    private static string Say(AccountDecision decision) => decision switch
    {
        AccountDecision.Create { VerifiedBy: { } by } => $"new account, address confirmed ({by})",
        AccountDecision.Create => "new account without the address",
        AccountDecision.Link { Replaces: true } => "connected, the former identity goes",
        AccountDecision.Link => "connected",
        AccountDecision.PassThrough => "signed in without an account",
        AccountDecision.AskEmail { Another: true } => "another address is asked for (S11)",
        AccountDecision.AskEmail => "an address is asked for (S11, S12)",
        AccountDecision.ProveEmail => "the code (S13)",
        AccountDecision.ProveAccount { ByCode: true } => "code or sign-in (S19)",
        AccountDecision.ProveAccount => "sign-in (S19)",
        AccountDecision.AskLink => "the question (S18)",
        AccountDecision.AskWhich => "which one (S21)",
        AccountDecision.AskReplace => "replace? (S23)",
        AccountDecision.AskTakeOver => "the claim ends (S20)",
        AccountDecision.Refuse refuse => $"refused, `{refuse.Reason}`",
        _ => throw new InvalidOperationException($"{decision}"),
    };

    private static string Here([CallerFilePath] string path = "") => path;
}
