namespace Xenios.Server.Audit;

/// <summary>A hop in a few words (ux 2.7). The facts stay beside it.</summary>
/// <param name="application">Name of an application by its <c>client_id</c>.</param>
/// <param name="connection">Name of a connection by its slug.</param>
internal sealed class HopTitles(Func<string, string> application, Func<string, string> connection)
{
    /// <summary>The words.</summary>
    /// <param name="hop">The hop.</param>
    public string Of(Hop hop)
    {
        var data = hop.Data;
        string? Fact(string name) => data?.GetValueOrDefault(name);
        var app = Fact("application") is { } client ? application(client) : "This server";
        var upstream = Fact("connection") is { } slug ? connection(slug) : "X";
        var ok = hop.Outcome == HopOutcome.Ok;
        return hop.Kind switch
        {
            HopKind.Asked => $"{app} asked for sign-in",
            HopKind.SessionFound => "The browser was signed in already",
            HopKind.Page => ok ? $"Page {Fact("page")} shown" : $"Page {Fact("page")} shown: {Short(hop)}",
            HopKind.RequestToken => ok ? $"Request token from {upstream}" : $"No request token from {upstream}: {Short(hop)}",
            HopKind.Sent => $"Sent to {upstream}",
            HopKind.Back => $"Back from {upstream} with {Fact("with") ?? "nothing"}",
            HopKind.Exchange => ok ? "Code exchanged" : $"Code not exchanged: {Short(hop)}",
            HopKind.Profile => ok ? "Profile read" : $"Profile not read: {Short(hop)}",
            HopKind.Rule => $"Rule: {Fact("why")}",
            HopKind.Mail => ok ? $"Mail handed over: {Fact("what")}" : "Mail not handed over",
            HopKind.CodeEntered => ok ? "Mailed code entered" : "Wrong mailed code entered",
            HopKind.Password => ok ? "Password entered" : "Wrong password entered",
            HopKind.Consent => ok ? "The person allowed what the application asks for" : "The person did not allow it",
            HopKind.Account => $"Account {Fact("done")}",
            HopKind.Session => $"Session {Fact("session")}",
            HopKind.CodeIssued => $"Code issued to {app}",
            HopKind.Tokens => ok ? $"Tokens issued to {app}" : $"No tokens for {app}: {Short(hop)}",
            HopKind.CodeReused => $"The code of {app} came a second time; its tokens are revoked",
            HopKind.Answered => $"{app} was told {Fact("error")}",
            _ => hop.Kind,
        };
    }

    private static string Short(Hop hop) => hop.Error ?? (hop.Data?.GetValueOrDefault("status") is { } status ? $"HTTP {status}" : "no answer");
}
