namespace Xenios.Protocol.Authorize;

/// <summary>What a session's state means for an authorization request.</summary>
public enum SessionUse
{
    /// <summary>The session answers the request: nothing need be asked.</summary>
    Use,

    /// <summary>The person has to sign in (again).</summary>
    SignIn,

    /// <summary>The person would have to be asked, but <c>prompt=none</c> forbids it.</summary>
    LoginRequired,
}

/// <summary>Whether an existing session satisfies a request (OpenID Connect Core §3.1.2.1, §3.1.2.3).</summary>
public static class SessionRules
{
    /// <summary>Decides from <c>prompt</c> and <c>max_age</c>. Only a local session counts: no silent visit to an upstream is made.</summary>
    /// <param name="request">The checked request.</param>
    /// <param name="authTime">When the person last really signed in; null without a session.</param>
    /// <param name="now">The present.</param>
    public static SessionUse Decide(AuthorizeRequest request, DateTimeOffset? authTime, DateTimeOffset now)
    {
        var fresh = authTime is { } at
            && !request.HasPrompt("login")
            && !request.HasPrompt("select_account")
            && !request.HasPrompt("create")
            && (request.MaxAge is not { } maxAge || (maxAge > 0 && now - at <= TimeSpan.FromSeconds(maxAge)));
        return fresh ? SessionUse.Use : request.HasPrompt("none") ? SessionUse.LoginRequired : SessionUse.SignIn;
    }
}
