using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Xenios.Protocol;
using Xenios.Protocol.OAuth1;

using Xenios.Server.Resources;

namespace Xenios.Server.Connectors.X;

/// <summary>Reads who somebody is at X, once per sign-in, and makes one identity of what both generations say (x-platform §2, §3.6).</summary>
internal static class XProfile
{
    private const int MaxText = 2048;

    // Never the fields that X renamed, and nothing that is not used: an unknown field is an error at X.
    private static readonly string[] Fields = ["profile_image_url", "verified", "verified_type", "created_at", "protected", "url", "location", "description"];

    /// <summary>Reads <c>/2/users/me</c> with an OAuth 2.0 token.</summary>
    /// <param name="context">The visit.</param>
    /// <param name="token">The token just obtained.</param>
    /// <param name="ct">The visit's time limit.</param>
    public static async Task<Result<ExternalIdentity, UpstreamFailure>> ReadAsync(ConnectorContext context, XAccessToken token, CancellationToken ct)
    {
        var wantsEmail = context.Scopes.Contains("users.email", StringComparer.Ordinal);
        var fields = string.Join(',', wantsEmail ? [.. Fields, "confirmed_email"] : Fields);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(context.ApiHost, $"/2/users/me?user.fields={fields}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        var answer = await XAnswer.SendAsync(context, request, UpstreamStep.Profile, ct);
        if (!answer.TryGet(out var response, out var failure))
        {
            return failure;
        }

        if (response.Status != HttpStatusCode.OK)
        {
            return XErrors.FromAnswer(response, UpstreamStep.Profile);
        }

        if (response.Json is not { ValueKind: JsonValueKind.Object } json || !json.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
        {
            return XErrors.UnknownShape(response, UpstreamStep.Profile);
        }

        // v2 gives ids as strings; a number here would already have lost digits on its way through somebody's parser.
        if (Exact(data, "id") is not { } id || !IsId(id))
        {
            return XErrors.UnknownShape(response, UpstreamStep.Profile);
        }

        var email = wantsEmail ? Exact(data, "confirmed_email") : null;
        var notes = new List<string>();
        if (token.Scopes is { } granted)
        {
            notes.Add($"granted {string.Join(' ', granted)}");
        }

        if (json.TryGetProperty("errors", out _))
        {
            notes.Add("X left out part of the profile");
        }

        if (wantsEmail && email is null)
        {
            notes.Add(token.Scopes?.Contains("users.email", StringComparer.Ordinal) == false ? "X-114 no email: users.email was not granted" : "X-114 no email");
        }

        return Identity(context, id, Text(data, "username"), email, Attributes(data), notes) with { Granted = token.Scopes is null ? null : string.Join(' ', token.Scopes) };
    }

    /// <summary>Reads the profile with an OAuth 1.0a token: with email where the plan allows it, otherwise with what the token itself said.</summary>
    /// <param name="context">The visit.</param>
    /// <param name="credentials">The token just obtained.</param>
    /// <param name="userId">Numeric id that came with the token.</param>
    /// <param name="screenName">Handle that came with the token.</param>
    /// <param name="ct">The visit's time limit.</param>
    public static async Task<Result<ExternalIdentity, UpstreamFailure>> ReadAsync(
        ConnectorContext context, Credentials credentials, string? userId, string? screenName, CancellationToken ct)
    {
        screenName = screenName is null ? null : DisplayText(screenName);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(context.ApiHost, "/1.1/account/verify_credentials.json?include_email=true&skip_status=true&include_entities=false"));
        XOAuth1.Sign(context, request, [], [], credentials);
        var answer = await XAnswer.SendAsync(context, request, UpstreamStep.Profile, ct);
        if (!answer.TryGet(out var response, out var failure))
        {
            return failure;
        }

        if (response.Status != HttpStatusCode.OK)
        {
            var refused = XErrors.FromAnswer(response, UpstreamStep.Profile);
            return refused.Code == "X-105" ? await WithoutEmailAsync(context, credentials, userId, screenName, refused, ct) : refused;
        }

        if (response.Json is not { ValueKind: JsonValueKind.Object } json || Exact(json, "id_str") is not { } id || !IsId(id))
        {
            return XErrors.UnknownShape(response, UpstreamStep.Profile);
        }

        // Two answers about one token must name one person (threats B05).
        if (userId is not null && userId != id)
        {
            return OtherAccount();
        }

        var email = Exact(json, "email");
        var attributes = Attributes(json);
        if (Text(json, "profile_image_url_https") is { } picture)
        {
            attributes["profile_image_url"] = picture;
        }

        return Identity(context, id, Text(json, "screen_name") ?? screenName, email, attributes, email is null ? ["X-114 no email"] : []);
    }

    // The plan may lack verify_credentials: then the signed v2 call, and failing that what came with the token (x-platform §3.6, XD-11).
    private static async Task<Result<ExternalIdentity, UpstreamFailure>> WithoutEmailAsync(
        ConnectorContext context, Credentials credentials, string? userId, string? screenName, UpstreamFailure refused, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(context.ApiHost, $"/2/users/me?user.fields={string.Join(',', Fields)}"));
        XOAuth1.Sign(context, request, [], [], credentials);
        string[] notes = [$"{refused.Code} profile without email: {refused.Detail}"];
        var answer = await XAnswer.SendAsync(context, request, UpstreamStep.Profile, ct);
        if (answer.TryGet(out var response, out _) && response is { Status: HttpStatusCode.OK, Json: { ValueKind: JsonValueKind.Object } json }
            && json.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && Exact(data, "id") is { } id && IsId(id))
        {
            return userId is null || userId == id ? Identity(context, id, Text(data, "username") ?? screenName, null, Attributes(data), notes) : OtherAccount();
        }

        // What X says about the account itself is no question of the plan.
        if (response is not null && response.Status != HttpStatusCode.OK && XErrors.FromAnswer(response, UpstreamStep.Profile) is { Kind: UpstreamFailureKind.AccountRefused } account)
        {
            return account;
        }

        return userId is not null && IsId(userId) ? Identity(context, userId, screenName, null, [], notes) : refused;
    }

    // x-platform §4.5: 1 to 19 digits, a string, never a number.
    private static bool IsId(string id) => id.Length is >= 1 and <= 20 && !id.AsSpan().ContainsAnyExceptInRange('0', '9') && id.AsSpan().ContainsAnyExcept('0');

    private static ExternalIdentity Identity(
        ConnectorContext context, string id, string? handle, string? email, Dictionary<string, string> attributes, IReadOnlyList<string> notes)
    {
        attributes["id"] = id;
        if (handle?.Length > 0)
        {
            attributes["username"] = handle;
        }

        return new ExternalIdentity
        {
            Connector = "x",
            Issuer = context.IdentityIssuer,
            Subject = id,
            Handle = handle is { Length: > 0 } ? handle : null,
            Email = email,
            EmailVerified = email is not null,
            Attributes = attributes,
            Notes = notes,
        };
    }

    private static Dictionary<string, string> Attributes(JsonElement json)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in (ReadOnlySpan<string>)["name", .. Fields])
        {
            if (json.TryGetProperty(name, out var value))
            {
                var text = value.ValueKind switch
                {
                    JsonValueKind.String => Text(json, name),
                    JsonValueKind.True => "true",
                    JsonValueKind.False => "false",
                    _ => null,
                };
                if (text is { Length: > 0 })
                {
                    attributes[name] = text;
                }
            }
        }

        return attributes;
    }

    private static UpstreamFailure OtherAccount() =>
        new(UpstreamFailureKind.Unavailable, "X-115", UpstreamStep.Profile, "the profile is of another account than the token");

    // For what identifies somebody: cleaning it would make one id or address of two.
    private static string? Exact(JsonElement json, string name) => XAnswer.Text(json, name) is { Length: > 0 and <= MaxText } text ? text : null;

    private static string? Text(JsonElement json, string name) => XAnswer.Text(json, name) is { } text && DisplayText(text) is { Length: > 0 } clean ? clean : null;

    private static string DisplayText(string text)
    {
        var clean = TextRules.Plain(text);
        return clean.Length <= MaxText ? clean : clean[..(char.IsHighSurrogate(clean[MaxText - 1]) ? MaxText - 1 : MaxText)];
    }
}
