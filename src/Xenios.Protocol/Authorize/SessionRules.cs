namespace Xenios.Protocol.Authorize;

/// <summary>What a session's state means for an authorization request.</summary>
public enum SessionUse
{
    /// <summary>The session answers the request, unless something else has to be asked.</summary>
    Use,

    /// <summary>The session would do, but the person is to choose who to be.</summary>
    ChooseAccount,

    /// <summary>The person has to sign in (again).</summary>
    SignIn,

    /// <summary>The person would have to be asked, but <c>prompt=none</c> forbids it.</summary>
    LoginRequired,
}

/// <summary>What a session says about the sign-in it began with.</summary>
/// <param name="Subject">The person.</param>
/// <param name="AuthTime">When the person signed in.</param>
/// <param name="Proved">Whether it is proved that the person showed credentials then, and did not merely have a session at the upstream.</param>
public readonly record struct SessionState(string Subject, DateTimeOffset AuthTime, bool Proved);

/// <summary>What <c>prompt</c> and <c>max_age</c> may say, and whether an existing session satisfies them (OpenID Connect Core §3.1.2.1, §3.1.2.3).</summary>
public static class SessionRules
{
    /// <summary>Values of <c>prompt</c> that are understood.</summary>
    public static readonly IReadOnlyList<string> Prompts = ["none", "login", "consent", "select_account", "create"];

    /// <summary>Reads <c>prompt</c>; <c>start_page=registration</c> means <c>create</c>.</summary>
    /// <param name="parameters">A request's parameters.</param>
    public static IReadOnlyList<string> ReadPrompts(Parameters parameters)
    {
        var prompts = Scopes.Split(parameters["prompt"]);
        return prompts.Count == 0 && parameters["start_page"] is "registration" ? ["create"] : prompts;
    }

    /// <summary>Checks <c>prompt</c> and <c>max_age</c>.</summary>
    /// <param name="parameters">A request's parameters.</param>
    public static OAuthError? Check(Parameters parameters)
    {
        var prompts = Scopes.Split(parameters["prompt"]);
        if (prompts.Any(prompt => !Prompts.Contains(prompt, StringComparer.Ordinal)))
        {
            return OAuthError.InvalidRequest("prompt must be made of none, login, consent, select_account and create.");
        }

        if (prompts.Count > 1 && prompts.Contains("none", StringComparer.Ordinal))
        {
            return OAuthError.InvalidRequest("prompt=none cannot be combined with other values.");
        }

        return parameters["max_age"] is not { } age || (age.Length <= 10 && !age.AsSpan().ContainsAnyExceptInRange('0', '9'))
            ? null
            : OAuthError.InvalidRequest("max_age must be a whole number of seconds.");
    }

    /// <summary>Decides from <c>prompt</c>, <c>max_age</c> and who may answer. Only a local session counts: no silent visit to an upstream is made.</summary>
    /// <param name="request">The checked request.</param>
    /// <param name="session">The session; null without one.</param>
    /// <param name="now">The present.</param>
    public static SessionUse Decide(AuthorizeRequest request, SessionState? session, DateTimeOffset now)
    {
        var enough = session is { } state
            && !request.HasPrompt("login")
            && !request.HasPrompt("create")
            && MayAnswer(request, state.Subject)
            && (request.MaxAge is not { } maxAge || (maxAge > 0 && state.Proved && now - state.AuthTime <= TimeSpan.FromSeconds(maxAge)));
        return enough
            ? request.HasPrompt("select_account") ? SessionUse.ChooseAccount : SessionUse.Use
            : request.HasPrompt("none") ? SessionUse.LoginRequired : SessionUse.SignIn;
    }

    /// <summary>Whether a person is among those who may answer a request.</summary>
    /// <param name="request">The checked request.</param>
    /// <param name="subject">The person; null for somebody new.</param>
    public static bool MayAnswer(AuthorizeRequest request, string? subject) =>
        request.Subjects is not { } subjects || (subject is not null && subjects.Contains(subject, StringComparer.Ordinal));

    /// <summary>
    /// Whether only a sign-in that is proved to be fresh answers the request. A visit to an upstream that may simply have remembered the person is none
    /// (threats B10): what cannot be proved is <c>login_required</c>.
    /// </summary>
    /// <param name="request">The checked request.</param>
    public static bool NeedsProof(AuthorizeRequest request) => request.MaxAge is not null || request.HasPrompt("login");
}
