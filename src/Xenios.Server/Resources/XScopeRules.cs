using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Hosting;

namespace Xenios.Server.Resources;

/// <summary>Which scopes may be asked for at X: an unknown one leaves the person stranded there (x-platform.md §1.5, XD-22, XD-23).</summary>
internal static class XScopeRules
{
    private static readonly string[] Known =
    [
        "tweet.read", "users.read", "users.email", "offline.access", "tweet.write", "tweet.moderate.write", "follows.read", "follows.write", "space.read", "mute.read",
        "mute.write", "like.read", "like.write", "list.read", "list.write", "block.read", "block.write", "bookmark.read", "bookmark.write", "dm.read", "dm.write",
        "media.write", "timeline.read", "broadcast.read", "broadcast.write",
    ];

    /// <summary>Refuses unknown scopes and, for OAuth 2.0, a list without the two that reading the profile needs.</summary>
    /// <param name="at">Where the list stands.</param>
    /// <param name="connection">A connection to X.</param>
    public static void Check(FieldScope at, ConnectionResource connection)
    {
        if (connection.Scopes is not { } scopes)
        {
            return;
        }

        foreach (var (index, scope) in scopes.Index())
        {
            if (!Known.Contains(scope, StringComparer.Ordinal))
            {
                at.Item(index).Refuse(
                    FieldCode.Unknown,
                    $"X does not know this scope{(Nearest.Of(scope, Known) is { } nearest ? $"; did you mean {nearest}?" : "")}");
            }
        }

        var needed = new[] { "tweet.read", "users.read" }.Except(scopes, StringComparer.Ordinal).ToArray();
        if (needed.Length > 0 && ConnectionPolicy.From(connection).Protocol == ConnectionProtocol.OAuth2)
        {
            at.Refuse(FieldCode.Required, $"X gives the profile only with tweet.read and users.read together; add {string.Join(" and ", needed)}");
        }
    }
}
