using System.Globalization;
using System.Text.Json.Nodes;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.Profile;

/// <summary>The fields of a user in X's second API: which names exist, and what a person's values are (x-platform §2.2).</summary>
internal static class UserFields
{
    public const string Email = "confirmed_email";

    private static readonly string[] Default = ["id", "name", "username"];

    private static readonly string[] Known =
    [
        "affiliation", "confirmed_email", "connection_status", "created_at", "description", "entities", "id", "is_identity_verified", "location",
        "most_recent_tweet_id", "name", "parody", "pinned_tweet_id", "profile_banner_url", "profile_image_url", "protected", "public_metrics",
        "receives_your_dm", "subscribes_to_you", "subscription", "subscription_type", "url", "username", "verified", "verified_followers_count",
        "verified_type", "withheld",
    ];

    /// <summary>The error for a list that names a field X does not know, or null.</summary>
    public static Http.Answer? Problem(IReadOnlyList<string> fields)
    {
        var unknown = fields.FirstOrDefault(field => !Known.Contains(field, StringComparer.Ordinal));
        return unknown is null
            ? null
            : Problems.InvalidParameter(
                "user.fields",
                [string.Join(',', fields)],
                $"The `user.fields` query parameter value [{unknown}] is not one of [{string.Join(',', Known)}]");
    }

    /// <summary>The members of a person that are always given, and those asked for that this person has.</summary>
    public static JsonObject Of(Person person, IEnumerable<string> fields, bool mayReadEmail)
    {
        var data = new JsonObject();
        foreach (var field in Default.Concat(fields).Distinct(StringComparer.Ordinal))
        {
            // An address that may not be given is absent, exactly like one that does not exist.
            if (Value(person, field, mayReadEmail) is { } value)
            {
                data[field] = value;
            }
        }

        return data;
    }

    private static JsonNode? Value(Person person, string field, bool mayReadEmail) => field switch
    {
        "id" => person.Id,
        "name" => person.Name,
        "username" => person.Username,
        Email => mayReadEmail ? person.ConfirmedEmail : null,
        "created_at" => person.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'.000Z'", CultureInfo.InvariantCulture),
        "description" => person.Description,
        "is_identity_verified" => false,
        "location" => person.Location.Length > 0 ? person.Location : null,
        "parody" => false,
        "profile_image_url" => person.ProfileImageUrl,
        "protected" => person.Protected,
        "public_metrics" => new JsonObject
        {
            ["followers_count"] = 12,
            ["following_count"] = 34,
            ["tweet_count"] = 56,
            ["listed_count"] = 0,
            ["like_count"] = 78,
            ["media_count"] = 9,
        },
        "subscription_type" => person.VerifiedType == "blue" ? "Premium" : "None",
        "url" => person.Url,
        "verified" => person.VerifiedType != "none",
        "verified_type" => person.VerifiedType,
        _ => null,
    };
}
