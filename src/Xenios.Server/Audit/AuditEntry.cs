using System.Text.Json.Nodes;

namespace Xenios.Server.Audit;

/// <summary>What is to be written as one event of the audit log.</summary>
/// <param name="Action">What was done, noun and verb: <c>application.changed</c>.</param>
/// <param name="Target">What it was done to: <c>application:shop</c>.</param>
/// <param name="Before">The thing as the API showed it; null when it was made.</param>
/// <param name="After">The thing as the API shows it now; null when it was deleted.</param>
internal sealed record AuditEntry(string Action, string Target, JsonObject? Before, JsonObject? After)
{
    // What must never be kept, should a caller hand it in.
    private static readonly string[] Secret = ["client_secret", "api_key_secret", "password", "password_hash", "secret", "private_key"];

    /// <summary>What is kept of both sides: of a change only the members that differ, of a secret only that there was one.</summary>
    public (JsonObject? Before, JsonObject? After) Kept() => (Blank(Before, After), Blank(After, Before));

    // The members that differ from the other side; a thing that was made or deleted is kept whole.
    private static JsonObject? Blank(JsonObject? side, JsonObject? other)
    {
        if (side is null)
        {
            return null;
        }

        var kept = new JsonObject();
        foreach (var (name, value) in side)
        {
            if (other is null || !JsonNode.DeepEquals(value, other[name]) || other.ContainsKey(name) != side.ContainsKey(name))
            {
                kept[name] = Blank(name, value);
            }
        }

        return kept;
    }

    private static JsonNode? Blank(string name, JsonNode? value) => value switch
    {
        null => null,
        _ when Secret.Contains(name, StringComparer.Ordinal) => JsonValue.Create("***"),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Blank(member.Key, member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => Blank("", item))]),
        _ => value.DeepClone(),
    };
}
