using Xenios.Protocol.Authorize;

namespace Xenios.Protocol.Tests.Authorize;

/// <summary>What a session is worth for a request (OpenID Connect Core §3.1.2.1, §3.1.2.3; PRM-01, PRM-03, PRM-05, PRM-07, CLM-02; threats B10).</summary>
public sealed class SessionRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    // Age of the session in seconds; null without one.
    [Theory]
    [InlineData("no session", "", null, null, SessionUse.SignIn)]
    [InlineData("session", "", null, 0.0, SessionUse.Use)]
    [InlineData("session of any age", "", null, 1e8, SessionUse.Use)]
    [InlineData("PRM-01: none without a session", "none", null, null, SessionUse.LoginRequired)]
    [InlineData("PRM-01: none with a session", "none", null, 60.0, SessionUse.Use)]
    [InlineData("PRM-03: login", "login", null, 0.0, SessionUse.SignIn)]
    [InlineData("PRM-03: login without a session", "login", null, null, SessionUse.SignIn)]
    [InlineData("PRM-04: select_account", "select_account", null, 0.0, SessionUse.ChooseAccount)]
    [InlineData("PRM-04: select_account without a session", "select_account", null, null, SessionUse.SignIn)]
    [InlineData("PRM-04: select_account and login", "select_account login", null, 0.0, SessionUse.SignIn)]
    [InlineData("PRM-04: select_account and too old", "select_account", 60L, 61.0, SessionUse.SignIn)]
    [InlineData("PRM-04: select_account and consent", "consent select_account", null, 0.0, SessionUse.ChooseAccount)]
    [InlineData("PRM-04: create", "create", null, 0.0, SessionUse.SignIn)]
    [InlineData("PRM-04: consent is not about the session", "consent", null, 60.0, SessionUse.Use)]
    [InlineData("PRM-04: consent without a session", "consent", null, null, SessionUse.SignIn)]
    [InlineData("several prompts", "consent login", null, 0.0, SessionUse.SignIn)]
    [InlineData("PRM-05: younger", "", 60L, 59.0, SessionUse.Use)]
    [InlineData("PRM-05: just as old", "", 60L, 60.0, SessionUse.Use)]
    [InlineData("PRM-05: a little older", "", 60L, 60.1, SessionUse.SignIn)]
    [InlineData("PRM-05: older", "", 60L, 61.0, SessionUse.SignIn)]
    [InlineData("PRM-05: max_age=0 is prompt=login", "", 0L, 0.0, SessionUse.SignIn)]
    [InlineData("PRM-05: max_age=0 and none", "none", 0L, 0.0, SessionUse.LoginRequired)]
    [InlineData("PRM-05: too old and none", "none", 60L, 61.0, SessionUse.LoginRequired)]
    [InlineData("PRM-05: young enough and none", "none", 60L, 60.0, SessionUse.Use)]
    [InlineData("PRM-05: young enough but login", "login", 60L, 0.0, SessionUse.SignIn)]
    [InlineData("PRM-05: without a session", "", 60L, null, SessionUse.SignIn)]
    [InlineData("PRM-05: largest max_age", "", 9_999_999_999L, 1e8, SessionUse.Use)]
    public void Session_is_used_only_if_prompt_and_max_age_let_it(string rule, string prompts, long? maxAge, double? age, SessionUse expected)
    {
        var request = Request() with { Prompts = Scopes.Split(prompts), MaxAge = maxAge };

        Assert.Equal(expected, SessionRules.Decide(request, Session(age, proved: true), Now));
    }

    [Theory]
    [InlineData("PRM-05, B10: young, but nobody knows since when", "", 60L, 0.0, SessionUse.SignIn)]
    [InlineData("PRM-05, B10: the same without asking", "none", 60L, 0.0, SessionUse.LoginRequired)]
    [InlineData("B10: nothing was demanded", "", null, 1e8, SessionUse.Use)]
    [InlineData("B10: nothing was demanded, without asking", "none", null, 0.0, SessionUse.Use)]
    public void Session_that_proved_nothing_satisfies_no_max_age(string rule, string prompts, long? maxAge, double age, SessionUse expected) =>
        Assert.Equal(expected, SessionRules.Decide(Request() with { Prompts = Scopes.Split(prompts), MaxAge = maxAge }, Session(age, proved: false), Now));

    [Theory]
    [InlineData("PRM-07: the one named", "", "usr_1", SessionUse.Use)]
    [InlineData("PRM-07: one of those named", "", "usr_2 usr_1", SessionUse.Use)]
    [InlineData("PRM-07: somebody else", "", "usr_2", SessionUse.SignIn)]
    [InlineData("PRM-07: somebody else, without asking", "none", "usr_2", SessionUse.LoginRequired)]
    [InlineData("CLM-02: ids are compared exactly", "none", "USR_1", SessionUse.LoginRequired)]
    [InlineData("PRM-07: somebody else would have to be chosen", "select_account", "usr_2", SessionUse.SignIn)]
    public void Session_of_somebody_else_is_none(string rule, string prompts, string subjects, SessionUse expected) =>
        Assert.Equal(expected, SessionRules.Decide(Request() with { Prompts = Scopes.Split(prompts), Subjects = Scopes.Split(subjects) }, Session(0, proved: true), Now));

    [Theory]
    [InlineData("", null, false)]
    [InlineData("login", null, true)]
    [InlineData("consent login", null, true)]
    [InlineData("", 0L, true)]
    [InlineData("", 3600L, true)]
    [InlineData("consent select_account create", null, false)]
    public void Login_and_max_age_need_a_proof(string prompts, long? maxAge, bool expected) =>
        Assert.Equal(expected, SessionRules.NeedsProof(Request() with { Prompts = Scopes.Split(prompts), MaxAge = maxAge }));

    private static AuthorizeRequest Request() => new() { ClientId = "web", Return = new("https://rp.test/cb", null, ResponseMode.Query), Scopes = ["openid"] };

    private static SessionState? Session(double? age, bool proved) => age is { } seconds ? new SessionState("usr_1", Now - TimeSpan.FromSeconds(seconds), proved) : null;
}
