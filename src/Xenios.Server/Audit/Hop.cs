using System.Text.Json.Serialization;

namespace Xenios.Server.Audit;

/// <summary>How a hop ended.</summary>
internal enum HopOutcome
{
    /// <summary>As it should.</summary>
    Ok,

    /// <summary>The person, or a rule, said no.</summary>
    Refused,

    /// <summary>It broke.</summary>
    Failed,
}

/// <summary>One step of a sign-in as its timeline keeps it: what happened, when, how it ended. Never a code, token, state, verifier, password or whole address (threats L04).</summary>
internal sealed record Hop
{
    private const int LongestValue = 200;

    /// <summary>What happened, one of <see cref="HopKind"/>.</summary>
    [JsonPropertyName("k")]
    public required string Kind { get; init; }

    /// <summary>When it began, in milliseconds since 1970.</summary>
    [JsonPropertyName("t")]
    public long At { get; init; }

    /// <summary>How long it took in milliseconds; null where that says nothing.</summary>
    [JsonPropertyName("d")]
    public long? Duration { get; init; }

    /// <summary>How it ended.</summary>
    [JsonPropertyName("o")]
    public HopOutcome Outcome { get; init; }

    /// <summary>Code of <see cref="ErrorCatalogue"/>; null where nothing went wrong.</summary>
    [JsonPropertyName("e")]
    public string? Error { get; init; }

    /// <summary>Facts, by name: short texts that were cleaned.</summary>
    [JsonPropertyName("v")]
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>A hop.</summary>
    /// <param name="kind">What happened, one of <see cref="HopKind"/>.</param>
    /// <param name="at">When it began.</param>
    /// <param name="data">Facts; those without a value are left out.</param>
    public static Hop Of(string kind, DateTimeOffset at, params ReadOnlySpan<(string Name, string? Value)> data)
    {
        Dictionary<string, string>? facts = null;
        foreach (var (name, value) in data)
        {
            if (Clean(value) is { Length: > 0 } text)
            {
                (facts ??= new(StringComparer.Ordinal))[name] = text;
            }
        }

        return new Hop { Kind = kind, At = at.ToUnixTimeMilliseconds(), Data = facts };
    }

    /// <summary>The same hop, having gone wrong.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="error">Code of <see cref="ErrorCatalogue"/>.</param>
    public Hop Ended(HopOutcome outcome, string error) => this with { Outcome = outcome, Error = error };

    /// <summary>The same hop with another fact.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value; null adds nothing.</param>
    public Hop With(string name, string? value) =>
        Clean(value) is { Length: > 0 } text ? this with { Data = new Dictionary<string, string>(Data ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [name] = text } } : this;

    // What upstreams and applications say is shown to administrators and printed on terminals: one line, no control characters.
    private static string? Clean(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var clean = new string([.. value.Take(LongestValue + 1).Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format)]);
        return clean.Length <= LongestValue ? clean : clean[..LongestValue] + "…";
    }
}

/// <summary>What can happen in a sign-in: the <c>kind</c> of a hop on the wire.</summary>
internal static class HopKind
{
    /// <summary>An application asked.</summary>
    public const string Asked = "asked";

    /// <summary>The browser had a session.</summary>
    public const string SessionFound = "session_found";

    /// <summary>A page was shown.</summary>
    public const string Page = "page";

    /// <summary>OAuth 1.0a: a request token was asked for.</summary>
    public const string RequestToken = "request_token";

    /// <summary>The browser left for the upstream.</summary>
    public const string Sent = "sent";

    /// <summary>The browser came back.</summary>
    public const string Back = "back";

    /// <summary>The upstream's code, or request token, was exchanged.</summary>
    public const string Exchange = "exchange";

    /// <summary>The profile was read.</summary>
    public const string Profile = "profile";

    /// <summary>A rule decided.</summary>
    public const string Rule = "rule";

    /// <summary>A mail was sent.</summary>
    public const string Mail = "mail";

    /// <summary>A mailed code was entered.</summary>
    public const string CodeEntered = "code_entered";

    /// <summary>A password was entered.</summary>
    public const string Password = "password";

    /// <summary>The person answered what the application may have.</summary>
    public const string Consent = "consent";

    /// <summary>An account was created, connected or brought up to date.</summary>
    public const string Account = "account";

    /// <summary>A session was opened, or went on.</summary>
    public const string Session = "session";

    /// <summary>The application got a code.</summary>
    public const string CodeIssued = "code_issued";

    /// <summary>The application got tokens, or not.</summary>
    public const string Tokens = "tokens";

    /// <summary>The application's code was used a second time.</summary>
    public const string CodeReused = "code_reused";

    /// <summary>The application was told an error.</summary>
    public const string Answered = "answered";
}

/// <summary>How hops are written.</summary>
[JsonSerializable(typeof(IReadOnlyList<Hop>))]
[JsonSerializable(typeof(Hop))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
internal sealed partial class HopJson : JsonSerializerContext;
