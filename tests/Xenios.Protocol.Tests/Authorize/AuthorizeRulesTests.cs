using Xenios.Protocol.Authorize;
using static Xenios.Protocol.Tests.Authorize.AuthorizeFixture;

namespace Xenios.Protocol.Tests.Authorize;

/// <summary>The checks of an authorization request, one row per rule of AUT-02 to AUT-13 and PRM-02 (RFC 6749 §4.1, OpenID Connect Core §3.1.2).</summary>
public sealed class AuthorizeRulesTests
{
    public static TheoryData<string, string> Doubled => new()
    {
        { "response_type", "code" }, { "response_mode", "query" }, { "scope", "openid" }, { "state", "st" }, { "nonce", "no" }, { "prompt", "login" },
        { "code_challenge", Challenge }, { "code_challenge_method", "S256" }, { "max_age", "60" }, { "login_hint", "a" }, { "ui_locales", "de" },
        { "acr_values", "1" }, { "claims", "%7B%7D" }, { "id_token_hint", "a.b.c" }, { "display", "page" }, { "start_page", "registration" },
        { "request", "e30" }, { "request_uri", "urn:x" }, { "registration", "%7B%7D" }, { "org_code", "o" },
        { "connection", "x" }, { "connection_id", "x" }, { "kc_idp_hint", "x" }, { "fidp", "x" },
    };

    [Fact]
    public void Right_request_proceeds_with_everything_it_said()
    {
        var request = Proceeds("response_mode=form_post&prompt=login+consent&max_age=60&login_hint=ann&connection=x&ui_locales=de+en");

        Assert.Equal("web", request.ClientId);
        Assert.Equal(new AuthorizeReturn(RedirectUri, "st", ResponseMode.FormPost), request.Return);
        Assert.True(request.RedirectUriSent);
        Assert.Equal(["openid", "profile"], request.Scopes);
        Assert.False(request.ScopesNarrowed);
        Assert.Equal("no", request.Nonce);
        Assert.Equal(Challenge, request.CodeChallenge);
        Assert.Equal(["login", "consent"], request.Prompts);
        Assert.Equal(60, request.MaxAge);
        Assert.Equal("ann", request.LoginHint);
        Assert.Equal("x", request.Connection);
        Assert.Equal("de en", request.UiLocales);
    }

    [Fact]
    public void What_was_not_sent_is_absent()
    {
        var request = Proceeds("client_id=pkce-optional&scope=&state=&nonce=&code_challenge=&code_challenge_method=");

        Assert.Equal(new AuthorizeReturn(RedirectUri, null, ResponseMode.Query), request.Return);
        Assert.Empty(request.Scopes);
        Assert.False(request.ScopesNarrowed);
        Assert.Empty(request.Prompts);
        Assert.Null(request.Nonce);
        Assert.Null(request.CodeChallenge);
        Assert.Null(request.MaxAge);
        Assert.Null(request.LoginHint);
        Assert.Null(request.Connection);
        Assert.Null(request.UiLocales);
    }

    [Theory]
    [InlineData("AUT-02: absent", "client_id=", "invalid_client")]
    [InlineData("AUT-02: other case", "client_id=WEB", "invalid_client")]
    [InlineData("AUT-02: blank beside it", "client_id=web%20", "invalid_client")]
    [InlineData("AUT-02: repeated", "client_id=web&client_id=web", "invalid_client")]
    [InlineData("AUT-02: redirect URI repeated", "redirect_uri=https%3A%2F%2Frp.test%2Fcb&redirect_uri=https%3A%2F%2Frp.test%2Fcb", "invalid_request")]
    [InlineData("Core §3.1.2.1: OpenID Connect always names the redirect URI", "redirect_uri=", "invalid_request")]
    [InlineData("RFC 6749 §3.1.2.3: several registered", "client_id=two-uris&redirect_uri=&scope=profile", "invalid_request")]
    [InlineData("D04: prompt=none", "client_id=nobody&prompt=none", "invalid_client")]
    [InlineData("D04: prompt=none", "redirect_uri=https%3A%2F%2Fevil.test%2F&prompt=none", "invalid_request")]
    [InlineData("D04: form_post", "redirect_uri=https%3A%2F%2Fevil.test%2F&response_mode=form_post", "invalid_request")]
    [InlineData("D04: request object", "redirect_uri=https%3A%2F%2Fevil.test%2F&request=e30", "invalid_request")]
    [InlineData("D04: other faults", "redirect_uri=https%3A%2F%2Fevil.test%2F&response_type=bogus&scope=bogus&prompt=none+login", "invalid_request")]
    public void Unproved_client_or_redirect_uri_is_answered_by_a_page(string rule, string change, string code) =>
        Assert.Equal(code, ShowsPage(change).Code);

    [Fact]
    public void Too_many_parameters_are_answered_by_a_page() =>
        ShowsPage(string.Join('&', Enumerable.Range(0, Parameters.Limit).Select(i => $"p{i}=v")));

    [Fact]
    public void Plain_oauth_may_leave_out_the_only_redirect_uri()
    {
        // RFC 6749 §3.1.2.3
        var request = Proceeds("redirect_uri=&scope=profile");

        Assert.Equal(RedirectUri, request.Return.RedirectUri);
        Assert.False(request.RedirectUriSent);
    }

    [Theory]
    [InlineData("AUT-04: absent", "response_type=", "invalid_request")]
    [InlineData("AUT-04: implicit", "response_type=token", "unsupported_response_type")]
    [InlineData("AUT-04: implicit", "response_type=id_token", "unsupported_response_type")]
    [InlineData("D06: hybrid", "response_type=code+id_token", "unsupported_response_type")]
    [InlineData("D06: hybrid", "response_type=id_token+code", "unsupported_response_type")]
    [InlineData("RFC 6749 §3.1.1: case-sensitive", "response_type=Code", "unsupported_response_type")]
    [InlineData("AUT-04: none", "response_type=none", "unsupported_response_type")]
    [InlineData("AUT-04: type exists, client may not", "client_id=no-code-grant", "unauthorized_client")]
    [InlineData("AUT-09: unsupported mode", "response_mode=fragment", "invalid_request")]
    [InlineData("AUT-09: unsupported mode", "response_mode=query.jwt", "invalid_request")]
    [InlineData("AUT-09: unsupported mode", "response_mode=web_message", "invalid_request")]
    [InlineData("AUT-09: unknown mode", "response_mode=Query", "invalid_request")]
    [InlineData("AUT-08: method absent means plain", "code_challenge_method=", "invalid_request")]
    [InlineData("AUT-08: plain", "code_challenge_method=plain", "invalid_request")]
    [InlineData("AUT-08: unknown", "code_challenge_method=S512", "invalid_request")]
    [InlineData("AUT-08: case-sensitive", "code_challenge_method=s256", "invalid_request")]
    [InlineData("AUT-08: 42 characters", "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", "invalid_request")]
    [InlineData("AUT-08: 44 characters", "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMM", "invalid_request")]
    [InlineData("AUT-08: padded", "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c%3D", "invalid_request")]
    [InlineData("AUT-08: base64, not base64url", "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw%2BcM", "invalid_request")]
    [InlineData("AUT-08: blank", "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "invalid_request")]
    [InlineData("AUT-08: not ASCII", "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c%C3%A9", "invalid_request")]
    [InlineData("AUT-08: missing", "code_challenge=&code_challenge_method=", "invalid_request")]
    [InlineData("AUT-08: missing, method sent", "code_challenge=", "invalid_request")]
    [InlineData("AUT-08: method without challenge is never optional", "client_id=pkce-optional&code_challenge=", "invalid_request")]
    [InlineData("AUT-08: optional but sent is checked", "client_id=pkce-optional&code_challenge_method=plain", "invalid_request")]
    [InlineData("RFC 9700 §2.1.1: public clients always", "client_id=public-lax&code_challenge=&code_challenge_method=", "invalid_request")]
    [InlineData("AUT-13", "request=e30", "request_not_supported")]
    [InlineData("AUT-13", "request_uri=urn%3Ax", "request_uri_not_supported")]
    [InlineData("AUT-13", "registration=%7B%7D", "registration_not_supported")]
    [InlineData("D04: no scope the client may have", "scope=bogus", "invalid_scope")]
    [InlineData("RFC 6749 §3.3: separated by spaces only", "scope=openid%09profile", "invalid_scope")]
    [InlineData("PRM-02", "prompt=none+login", "invalid_request")]
    [InlineData("PRM-02", "prompt=consent+none", "invalid_request")]
    [InlineData("PRM-02", "prompt=none+create", "invalid_request")]
    [InlineData("PRM-04: unknown", "prompt=bogus", "invalid_request")]
    [InlineData("PRM-04: unknown beside known", "prompt=login+bogus", "invalid_request")]
    [InlineData("Core §3.1.2.1: case-sensitive", "prompt=None", "invalid_request")]
    [InlineData("PRM-05: negative", "max_age=-1", "invalid_request")]
    [InlineData("PRM-05: sign", "max_age=%2B1", "invalid_request")]
    [InlineData("PRM-05: fraction", "max_age=1.5", "invalid_request")]
    [InlineData("PRM-05: exponent", "max_age=1e3", "invalid_request")]
    [InlineData("PRM-05: hex", "max_age=0x10", "invalid_request")]
    [InlineData("PRM-05: blank", "max_age=%2060", "invalid_request")]
    [InlineData("PRM-05: word", "max_age=ten", "invalid_request")]
    [InlineData("PRM-05: other digits", "max_age=%D9%A1%D9%A2", "invalid_request")]
    [InlineData("PRM-05: NUL", "max_age=12%00", "invalid_request")]
    [InlineData("PRM-05: huge", "max_age=99999999999999999999", "invalid_request")]
    public void Rule_broken_is_told_to_the_client(string rule, string change, string code)
    {
        var refusal = Refuses(change);

        Assert.Equal(code, refusal.Error.Code);
        Assert.Equal(new AuthorizeReturn(RedirectUri, "st", ResponseMode.Query), refusal.Return);
    }

    [Fact]
    public void Missing_challenge_is_named() =>
        Assert.Contains("code_challenge", Refuses("code_challenge=&code_challenge_method=").Error.Description, StringComparison.Ordinal);

    [Theory]
    [InlineData("query", ResponseMode.Query)]
    [InlineData("form_post", ResponseMode.FormPost)]
    [InlineData("", ResponseMode.Query)]
    [InlineData("fragment", ResponseMode.Query)]
    public void Error_travels_by_the_mode_asked_for_if_there_is_such_a_mode(string mode, ResponseMode expected) =>
        Assert.Equal(expected, Refuses($"response_mode={mode}&response_type=token").Return.Mode);

    [Theory]
    [MemberData(nameof(Doubled))]
    public void Parameter_sent_twice_is_refused_also_with_the_same_value(string name, string value)
    {
        var error = Refuses($"{name}={value}&{name}={value}").Error;

        Assert.Equal("invalid_request", error.Code);
        Assert.Contains(name, error.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void State_sent_twice_is_not_returned() => Assert.Null(Refuses("state=a&state=b").Return.State);

    [Theory]
    [InlineData("COM-02: unknown", "extra=foobar")]
    [InlineData("COM-02: unknown and repeated", "extra=1&extra=2")]
    [InlineData("RFC 8707 §2: resource is repeatable", "resource=https%3A%2F%2Fa.test&resource=https%3A%2F%2Fb.test")]
    [InlineData("COM-02: empty is absent", "prompt=&max_age=&response_mode=&request=&request_uri=&registration=&login_hint=")]
    [InlineData("RFC 6749 §3.1: empty is no repetition", "nonce=a&nonce=")]
    [InlineData("AUT-10: display", "display=hologram")]
    [InlineData("AUT-10: ui_locales", "ui_locales=tlh+%00+xx")]
    [InlineData("AUT-10: claims_locales", "claims_locales=tlh")]
    [InlineData("AUT-10: acr_values", "acr_values=urn%3Agold+0")]
    [InlineData("AUT-10: login_hint", "login_hint=%22%3Cscript%3E")]
    [InlineData("CLM-01: unknown claims are ignored", "claims=%7B%22userinfo%22%3A%7B%22unheard%22%3Anull%7D%7D")]
    [InlineData("AUT-06: nonce is optional for code", "nonce=")]
    [InlineData("Core §3.1.2.1: any number of prompts but none", "prompt=login+consent+select_account+create")]
    [InlineData("RFC 7636: PKCE is honoured where optional", "client_id=pkce-optional")]
    [InlineData("RFC 7636: and may be left out there", "client_id=pkce-optional&code_challenge=&code_challenge_method=")]
    public void Request_still_proceeds(string rule, string change) => Proceeds(change);

    [Fact]
    public void Hint_that_is_too_long_is_dropped_and_never_cut()
    {
        var request = Proceeds($"login_hint={new string('a', 321)}&ui_locales={new string('a', 321)}&connection={new string('a', 65)}");

        Assert.Null(request.LoginHint);
        Assert.Null(request.UiLocales);
        Assert.Null(request.Connection);
    }

    [Theory]
    [InlineData("state", 2048, 2049)]
    [InlineData("nonce", 512, 513)]
    [InlineData("scope", 2048, 2049)]
    public void Value_is_taken_whole_up_to_its_cap_and_refused_above(string name, int longest, int tooLong)
    {
        var value = name == "scope" ? $"openid+{new string('a', longest - 7)}" : new string('a', longest);
        var request = Proceeds($"{name}={value}");
        Assert.Equal(value, name switch { "state" => request.Return.State, "nonce" => request.Nonce, _ => value });

        foreach (var length in (int[])[tooLong, 100_000])
        {
            var refusal = Refuses($"{name}={new string('a', length)}");
            Assert.Equal("invalid_request", refusal.Error.Code);
            Assert.Equal(name == "state" ? null : "st", refusal.Return.State);
        }
    }

    [Fact]
    public void State_and_nonce_are_kept_code_unit_by_code_unit()
    {
        var value = string.Concat(Enumerable.Range(0x20, 0x5f).Select(c => (char)c)) + "\0\t\r\n é e\u0301 \u200b \U0001F600 %41+%2B";
        var request = Proceeds($"state={Uri.EscapeDataString(value)}&nonce={Uri.EscapeDataString(value)}");

        Assert.Equal(value, request.Return.State);
        Assert.Equal(value, request.Nonce);
    }

    [Theory]
    [InlineData("openid", "openid", false)]
    [InlineData("openid profile email", "openid profile email", false)]
    [InlineData("email openid", "email openid", false)]
    [InlineData("openid offline_access", "openid", true)]
    [InlineData("OpenId profile", "profile", true)]
    [InlineData("openid openid", "openid", false)]
    [InlineData("  openid   profile ", "openid profile", false)]
    [InlineData("", "", false)]
    public void Scope_is_narrowed_to_what_the_client_may_have(string asked, string granted, bool narrowed)
    {
        // RFC 6749 §3.3: case-sensitive, separated by spaces only.
        var request = Proceeds("scope=" + Uri.EscapeDataString(asked));

        Assert.Equal(granted, string.Join(' ', request.Scopes));
        Assert.Equal(narrowed, request.ScopesNarrowed);
    }

    [Theory]
    [InlineData("ours", "connection=x", "x")]
    [InlineData("kinde", "connection_id=x", "x")]
    [InlineData("keycloak", "kc_idp_hint=x", "x")]
    [InlineData("wso2", "fidp=x", "x")]
    [InlineData("ours goes first", "fidp=d&kc_idp_hint=c&connection_id=b&connection=a", "a")]
    [InlineData("empty is absent", "connection=&kc_idp_hint=c", "c")]
    [InlineData("none", "idp=x", null)]
    public void Connection_has_a_name_of_ours_and_aliases(string family, string change, string? connection) =>
        Assert.Equal(connection, Proceeds(change).Connection);

    [Theory]
    [InlineData("start_page=registration", "create")]
    [InlineData("start_page=login", "")]
    [InlineData("start_page=registration&prompt=login", "login")]
    [InlineData("prompt=create", "create")]
    [InlineData("prompt=login+login", "login")]
    public void Start_page_counts_as_prompt_create_when_there_is_no_prompt(string change, string prompts)
    {
        var request = Proceeds(change);

        Assert.Equal(prompts, string.Join(' ', request.Prompts));
        Assert.Equal(prompts == "create", request.HasPrompt("create"));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("3600", 3600)]
    [InlineData("9999999999", 9_999_999_999)]
    public void Max_age_is_a_whole_number_of_seconds(string sent, long seconds) => Assert.Equal(seconds, Proceeds("max_age=" + sent).MaxAge);
}
