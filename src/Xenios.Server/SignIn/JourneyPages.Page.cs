using Microsoft.AspNetCore.Http;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Server.Sessions;

namespace Xenios.Server.SignIn;

internal sealed partial class JourneyPages
{
    /// <summary>One page being built: what its parts need again and again.</summary>
    internal sealed record Page(JourneyPages Pages, HttpContext Context, EnvironmentContext Environment, Journey Journey, Texts Texts, string Application, string Browser)
    {
        public static Page Of(JourneyPages pages, HttpContext context, EnvironmentContext environment, Journey journey)
        {
            var client = journey.Request is { } request ? environment.Snapshot.Clients.GetValueOrDefault(request.ClientId) : null;
            return new(
                pages, context, environment, journey, Texts.For(journey.Language), client?.Name ?? journey.Local?.Name ?? environment.Snapshot.DisplayName, BrowserCookies.EnsureBrowser(context, environment));
        }

        public string Text(string key, params ReadOnlySpan<(string Name, string Value)> values) => Texts[key, [.. values, ("app", Application)]];

        public SignInPageView Frame(string id, string? texts = null, params ReadOnlySpan<(string Name, string Value)> values) =>
            PageRenderer.Frame(texts ?? id, Texts, Application, Journey.SupportCode) with { Page = id, Heading = Text($"{texts ?? id}.heading", values) };

        public IReadOnlyList<Connection> Offered() => WaysIn.Connections(Environment, Journey);

        public ConnectionPolicy? Policy() => Journey.Connection is { } slug ? Environment.Snapshot.Connections.GetValueOrDefault(slug)?.Policy : null;

        public string PersonName() =>
            (Journey.Identity is { } identity ? identity.Handle : Journey.Person?.Handle) is { } handle ? $"@{handle}" : Journey.Person?.Name ?? "";

        public string ConnectionName() => Journey.Connection is { } slug && Environment.Snapshot.Connections.TryGetValue(slug, out var connection) ? connection.Name : "X";

        public PageItem.Form Post(string action, string label, PageWeight weight, params ReadOnlySpan<(string Name, string Value)> values) => new()
        {
            Action = $"{Context.Request.PathBase}/signin/{Journey.Id}/{action}",
            Submit = Text(label, values),
            Weight = weight,
            Hidden = [Pages.Token(Browser, Journey.Id)],
        };

        public PageItem.Form Leave(Connection connection, string label, PageWeight weight, bool last) => new()
        {
            Action = $"{Context.Request.PathBase}/signin/{Journey.Id}/connections/{connection.Slug}",
            Submit = label,
            Weight = weight,
            Hidden = [Pages.Token(Browser, Journey.Id)],
            Connection = connection.Slug,
            ConnectionKind = WireName.Of(connection.Kind),
            Mark = last ? Text("mark.lastUsed") : null,
            Leaving = (Text("S05.heading", ("connection", connection.Name)), Text("S05.text")),
            LeavingSubmit = Text("S05.submit", ("connection", connection.Name)),
        };

        public KeyValuePair<string, string> Token() => Pages.Token(Browser, Journey.Id);

        public IEnumerable<PageItem> Back() => Journey.Request is null ? [] : [Post("cancel", "button.back", PageWeight.Quiet)];
    }
}
