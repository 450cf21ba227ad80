using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.Pages;

/// <summary>One thing an app asks for.</summary>
/// <param name="Meaning">In plain words.</param>
/// <param name="Scope">Its name on the wire; null in the first generation, which has none.</param>
internal sealed record ConsentLine(string Meaning, string? Scope);

/// <summary>What a consent page shows.</summary>
/// <param name="Action">Where the form goes.</param>
/// <param name="Transaction">The reference the form brings back.</param>
/// <param name="App">Who asks.</param>
/// <param name="Asks">For what.</param>
/// <param name="Handle">The handle to put forward; null for none.</param>
/// <param name="Warning">Something the developer should see; null for nothing.</param>
internal sealed record Consent(string Action, string Transaction, SandboxApp App, IReadOnlyList<ConsentLine> Asks, string? Handle, string? Warning);

/// <summary>The page where a made-up person is chosen to sign in as.</summary>
internal static class ConsentPage
{
    public static Page Create(Consent consent, PersonDirectory directory) => new(
        StatusCodes.Status200OK,
        $"Sign in to {consent.App.Name}",
        Markup.Of($"""
            <p class="lead">Pick somebody to sign in as. Each of them takes your sign-in down another path.</p>
            {Warning(consent)}
            <form method="post" action="{consent.Action}" class="consent">
            <input type="hidden" name="transaction" value="{consent.Transaction}">
            <section aria-labelledby="asks">
            <h2 id="asks">{consent.App.Name} asks to</h2>
            <ul class="card asks">{Markup.Join(consent.Asks.Select(Line))}</ul>
            </section>
            <section aria-labelledby="people">
            <h2 id="people">Sign in as</h2>
            <div class="people">{Markup.Join(directory.All.Select((person, index) => Button(person, index, consent, directory)))}</div>
            <button class="cancel" name="cancel" value="1">Cancel</button>
            </section>
            </form>
            """));

    private static Markup Warning(Consent consent) => consent.Warning is null
        ? Markup.Empty
        : Markup.Of($"""<div class="note bad" role="alert"><p>{consent.Warning}</p></div>""");

    private static Markup Line(ConsentLine line) => line.Scope is null
        ? Markup.Of($"<li>{line.Meaning}</li>")
        : Markup.Of($"<li>{line.Meaning} <code>{line.Scope}</code></li>");

    private static Markup Button(Person person, int index, Consent consent, PersonDirectory directory)
    {
        var isHinted = consent.Handle is { } handle && person.Username.Equals(handle.TrimStart('@'), StringComparison.OrdinalIgnoreCase);
        return Markup.Of($"""
            <button class="person{(isHinted ? " hinted" : "")}" name="person" value="{person.Key}">
            <span class="face f{index % 6}" aria-hidden="true">{Initial(person)}</span>
            <span class="who">
            <span class="name">{person.Name}</span>
            <span class="handle">@{person.Username}{(isHinted ? " · suggested" : "")}</span>
            <span class="path">{directory.Describe(person)}</span>
            </span>
            </button>
            """);
    }

    private static string Initial(Person person) =>
        System.Globalization.StringInfo.GetNextTextElement(person.Name) is { Length: > 0 } first ? first.ToUpperInvariant() : "?";
}
