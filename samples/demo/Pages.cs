using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Xenios.Demo;

/// <summary>Every page of the demo. No JavaScript, no pictures from elsewhere.</summary>
internal static partial class Pages
{
    private static readonly Html XMark = new("""
        <svg class="x" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M18.244 2.25h3.308l-7.227 8.26 8.502 11.24H16.17l-5.214-6.817L4.99 21.75H1.68l7.73-8.835L1.254 2.25H8.08l4.713 6.231zm-1.161 17.52h1.833L7.084 4.126H5.117z"/></svg>
        """);

    private static readonly Html Door = new("""
        <svg class="door" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="9"/><path d="M9 26V14a7 7 0 0 1 14 0v12h-4V14a3 3 0 0 0-6 0v12z"/></svg>
        """);

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        // Safe here, because the text passes the HTML encoder afterwards.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string SignedOut(Settings settings, bool cameBackFromSignOut) => Document("Xenios Demo", Write($"""
        <main data-page="signed-out" class="front">
          <div class="card welcome">
            {Door}
            <h1>Xenios Demo</h1>
            <p class="lead">A small shop where your X account is your key.</p>
            {(cameBackFromSignOut ? Write($"""<p class="note" role="status">You are signed out.</p>""") : default)}
            <a class="button" href="/signin">{XMark}Sign in with X</a>
            <p class="second"><a href="/signin?connection=x">Go straight to X</a></p>
            <p class="small">
              An ordinary application. It signs you in at <span class="address">{settings.Authority}</span> and shows what comes back.
            </p>
          </div>
        </main>
        """));

    public static string SignedIn(Session session, DateTimeOffset now) => Document($"Hello {session.Name} – Xenios Demo", Write($"""
        <header>
          <a class="brand" href="/">{Door}Xenios Demo</a>
          <nav aria-label="Your sign-in">
            <a class="button quiet" href="/signin">Sign in again</a>
            <form method="post" action="/signout"><button class="button">Sign out</button></form>
          </nav>
        </header>
        <main data-page="signed-in">
          <section class="hello">
            <span class="initials" aria-hidden="true">{Initials(session.Name ?? "?")}</span>
            <div>
              <h1>Hello <bdi>{session.Name ?? "there"}</bdi></h1>
              <ul class="facts">
                {(session.Handle is { } handle ? Write($"<li>{XMark}<span class=\"hidden\">On X: </span><bdi>@{handle}</bdi></li>") : default)}
                <li>{(session.Email is { } email ? Write($"<bdi>{email}</bdi> {Verified(session.EmailVerified)}") : Write($"No email shared"))}</li>
              </ul>
            </div>
          </section>
          <section class="card wide">
            <h2>What the demo checked</h2>
            <ul class="checks">{Each(session.Checks, check => Write($"<li><span aria-hidden=\"true\">✓</span> <span>{check}</span></li>"))}</ul>
          </section>
          <section class="card">
            <h2>ID token</h2>
            <p class="small">Says who signed in, when and where. It is meant for this application.</p>
            {Decoded(session.IdToken, now)}
          </section>
          <div class="column">
            <section class="card">
              <h2>Claims from userinfo</h2>
              <p class="small">What the person shares with this application.</p>
              {Json(session.UserInfo, now)}
              {(session.Picture is { } picture ? Picture(picture) : default)}
            </section>
            <section class="card">
              <h2>Token response</h2>
              <p class="small">What came with the tokens.</p>
              <dl>
                <dt>Type</dt><dd>{session.Tokens.TokenType ?? "not said"}</dd>
                <dt>Expires in</dt>
                <dd>{(session.Tokens.ExpiresIn is { } life ? $"{life} seconds – at {session.At.AddSeconds(life):HH:mm:ss} UTC" : "not said")}</dd>
                <dt>Scope</dt><dd>{session.Tokens.Scope ?? "as asked: openid profile email"}</dd>
                <dt>Received</dt><dd>{session.At:d MMM yyyy, HH:mm:ss} UTC</dd>
              </dl>
            </section>
          </div>
          <section class="card wide">
            <h2>Access token</h2>
            <p class="small">Opens APIs. Other applications pass it on unread; a demo may look inside.</p>
            {(Read(session.Tokens.AccessToken) is { } token ? Decoded(token, now) : Raw(session.Tokens.AccessToken))}
          </section>
        </main>
        """));

    public static string Failed(Settings settings, SignInFailed failure) => Document($"{failure.Heading} – Xenios Demo", Write($"""
        <main data-page="problem" data-error="{failure.Code}" class="front">
          <div class="card welcome">
            {Door}
            <h1 tabindex="-1" autofocus>{failure.Heading}</h1>
            <p class="lead">{failure.Text}</p>
            {(failure.Details is { } details ? Write($"<p class=\"details\">{details}</p>") : default)}
            {(failure.CanTryAgain ? Write($"""<a class="button" href="{settings.PublicUrl}/signin">Try again</a>""") : default)}
            <p class="second"><a href="{settings.PublicUrl}/">Back to the start</a></p>
          </div>
        </main>
        """));

    private static string Document(string title, Html body) => Write($"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>{title}</title>
          <link rel="stylesheet" href="/demo.css">
        </head>
        <body>
        {body}
        </body>
        </html>
        """).ToString();

    private static Html Verified(bool verified) => verified
        ? Write($"""<span class="mark good"><span aria-hidden="true">✓</span> verified</span>""")
        : Write($"""<span class="mark"><span aria-hidden="true">!</span> not verified</span>""");

    private static Html Picture(string address) => Write($"""
        <h3>Picture</h3>
        <p class="small">The demo loads nothing from X, so here is its address only:</p>
        <p class="address">{address}</p>
        """);

    private static Html Decoded(JsonWebToken token, DateTimeOffset now) => Write($"""
        <div class="parts">
          <div><h3>Header</h3>{Json(Part(token.EncodedHeader), now)}</div>
          <div><h3>Payload</h3>{Json(Part(token.EncodedPayload), now)}</div>
        </div>
        {Raw(token.EncodedToken)}
        """);

    /// <summary>Servers are free to issue access tokens that are no JWT, or one that only an API can open.</summary>
    private static JsonWebToken? Read(string accessToken)
    {
        try
        {
            return accessToken.Count(character => character is '.') == 2 ? new JsonWebToken(accessToken) : null;
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private static Html Raw(string token) => Write($"""<details><summary>Raw token</summary><p class="raw">{token}</p></details>""");

    private static JsonElement Part(string encoded) => JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(encoded)).RootElement;

    private static Html Json(JsonElement json, DateTimeOffset now)
    {
        var text = Pair().Replace(JsonSerializer.Serialize(json, Readable), pair => Regex.Unescape(pair.Value));
        return Write($"<pre>{Each(text.Split('\n'), line => Write($"<span>{line}{When(line, now)}</span>"))}</pre>");
    }

    /// <summary>Explains a number of seconds since 1970 behind the line it stands in.</summary>
    private static Html When(string line, DateTimeOffset now)
    {
        if (!long.TryParse(TimeClaim().Match(line).ValueSpan, CultureInfo.InvariantCulture, out var seconds)) return default;
        if (seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return default;
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return Write($"""<span class="when">{at:d MMM yyyy, HH:mm:ss} UTC, <b>{Distance(at - now)}</b></span>""");
    }

    private static string Distance(TimeSpan distance)
    {
        var size = distance.Duration();
        var words = size.TotalHours < 2 ? Count(size.TotalMinutes, "minute")
            : size.TotalDays < 2 ? Count(size.TotalHours, "hour")
            : Count(size.TotalDays, "day");
        return size.TotalMinutes < 1 ? "now" : distance < TimeSpan.Zero ? $"{words} ago" : $"in {words}";

        static string Count(double number, string unit) => Math.Round(number) is 1 ? $"1 {unit}" : $"{Math.Round(number)} {unit}s";
    }

    /// <summary>The first character of the first and of the last word, as a reader counts characters.</summary>
    private static string Initials(string name)
    {
        var readable = name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => char.IsLetterOrDigit(word, 0));
        string[] words = [.. readable.DefaultIfEmpty(name)];
        var ends = words.Length < 2 ? words : [words[0], words[^1]];
        return string.Concat(ends.Select(word => StringInfo.GetNextTextElement(word).ToUpperInvariant()));
    }

    [GeneratedRegex("""(?<=^\s*"(?:exp|iat|nbf|auth_time|updated_at)": )\d+(?=,?\s*$)""")]
    private static partial Regex TimeClaim();

    // JSON writers spell an emoji as two escapes, and names at X are full of them.
    [GeneratedRegex("""(?<=(?<!\\)(?:\\\\)*)\\uD[89AB][0-9A-F]{2}\\uD[C-F][0-9A-F]{2}""")]
    private static partial Regex Pair();

    private static Html Each<T>(IEnumerable<T> items, Func<T, Html> write) =>
        new(items.Aggregate(new StringBuilder(), (all, item) => all.Append(write(item))).ToString());

    /// <summary>Encodes everything that is put into a template, except what is HTML already: forgetting to encode is not possible.</summary>
    private static Html Write(FormattableString template) => new(string.Format(
        CultureInfo.InvariantCulture,
        template.Format,
        [.. Enumerable.Range(0, template.ArgumentCount).Select(at => new Argument(template.GetArgument(at)))]));

    private readonly record struct Html(string? Text)
    {
        public override string ToString() => Text ?? "";
    }

    private sealed record Argument(object? Value) : IFormattable
    {
        public string ToString(string? format, IFormatProvider? provider) => Value switch
        {
            Html html => html.ToString(),
            IFormattable formattable => HtmlEncoder.Default.Encode(formattable.ToString(format, provider)),
            _ => HtmlEncoder.Default.Encode(Value?.ToString() ?? ""),
        };
    }
}
