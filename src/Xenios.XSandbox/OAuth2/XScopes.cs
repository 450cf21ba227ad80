namespace Xenios.XSandbox.OAuth2;

/// <summary>The scopes X knows and what its consent page tells people about them (x-platform §1.5).</summary>
internal static class XScopes
{
    public const string ReadPosts = "tweet.read";
    public const string ReadUsers = "users.read";
    public const string ReadEmail = "users.email";
    public const string Offline = "offline.access";

    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        [ReadPosts] = "See posts you can see, protected ones included",
        [ReadUsers] = "See profiles you can see, your own included",
        [ReadEmail] = "See the e-mail address of your account",
        [Offline] = "Stay connected until you take it back",
        ["tweet.write"] = "Post and repost for you",
        ["tweet.moderate.write"] = "Hide and show replies to your posts",
        ["timeline.read"] = "See your timeline",
        ["follows.read"] = "See who follows you and whom you follow",
        ["follows.write"] = "Follow and unfollow for you",
        ["space.read"] = "See Spaces you can see",
        ["mute.read"] = "See whom you muted",
        ["mute.write"] = "Mute and unmute for you",
        ["like.read"] = "See posts you liked",
        ["like.write"] = "Like and unlike for you",
        ["list.read"] = "See your lists",
        ["list.write"] = "Change your lists",
        ["block.read"] = "See whom you blocked",
        ["block.write"] = "Block and unblock for you",
        ["bookmark.read"] = "See your bookmarks",
        ["bookmark.write"] = "Change your bookmarks",
        ["broadcast.read"] = "See your broadcasts",
        ["broadcast.write"] = "Broadcast for you",
        ["dm.read"] = "Read your direct messages",
        ["dm.write"] = "Send direct messages for you",
        ["media.write"] = "Upload media for you",
    };

    public static bool IsKnown(string scope) => Meanings.ContainsKey(scope);

    public static string Meaning(string scope) => Meanings[scope];
}
