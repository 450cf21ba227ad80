using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Resources;

/// <summary>
/// What an environment is, thing by thing, as a resource file would say it: two of them, before and after, are what a plan shows and the audit log keeps. A secret is in it
/// only as the mark that shows whether it changed.
/// </summary>
internal static class ResourcePicture
{
    // Shown in place of a secret; what follows tells two secrets apart and is never shown.
    private const string Hidden = "***";

    /// <summary>Takes the picture.</summary>
    /// <param name="slug">Slug of the environment; null for the default one.</param>
    /// <param name="users">Users to be in it: there may be millions of others.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>Things by kind and name; empty when there is no such environment.</returns>
    public static async Task<IReadOnlyDictionary<string, JsonObject>> TakeAsync(string? slug, IReadOnlyList<UserResource> users, WriteScope scope)
    {
        var (connection, transaction) = (scope.Connection, scope.Transaction);
        slug ??= await connection.ExecuteScalarAsync<string?>("SELECT slug FROM environments WHERE is_default = 1", null, transaction);
        if (slug is null || await EnvironmentRows.FindAsync(connection, slug, transaction) is not { } environment)
        {
            return new Dictionary<string, JsonObject>();
        }

        var things = new Dictionary<string, JsonObject>(StringComparer.Ordinal) { [$"environment:{slug}"] = AsObject(environment.Resource, XeniosJson.Default.EnvironmentResource) };
        foreach (var attribute in await LocalAttributeRows.ListAsync(connection, environment.Id, transaction))
        {
            things[$"attribute:{attribute.Name}"] = AsObject(attribute, XeniosJson.Default.AttributeResource);
        }

        foreach (var application in await ApplicationRows.ListAsync(connection, environment.Id, transaction: transaction))
        {
            things[$"application:{application.Resource.ClientId}"] = Mark(
                AsObject(application.Resource, XeniosJson.Default.ApplicationResource), "client_secret", application.Secrets == "[]" ? null : Encoding.UTF8.GetBytes(application.Secrets));
        }

        foreach (var stored in await ConnectionRows.ListAsync(connection, environment.Id, transaction: transaction))
        {
            things[$"connection:{stored.Resource.Slug}"] = Mark(AsObject(stored.Resource, XeniosJson.Default.ConnectionResource), "secrets", stored.Sealed);
        }

        foreach (var user in users)
        {
            await AddAsync(things, environment.Id, user, connection, transaction);
        }

        return things;
    }

    /// <summary>What differs between two pictures.</summary>
    /// <param name="before">The one.</param>
    /// <param name="after">The other.</param>
    public static IReadOnlyList<ResourceChangeView> Compare(IReadOnlyDictionary<string, JsonObject> before, IReadOnlyDictionary<string, JsonObject> after) =>
    [
        .. after.Select(thing => new ResourceChangeView(
                thing.Key, before.ContainsKey(thing.Key) ? "change" : "create", [.. Differences("", before.GetValueOrDefault(thing.Key), thing.Value)]))
            .Where(change => change.Fields.Count > 0),
    ];

    /// <summary>A thing without the marks of its secrets, for the audit log.</summary>
    /// <param name="thing">A thing of a picture.</param>
    public static JsonObject Unmarked(JsonObject thing) => new(thing.Select(member =>
        KeyValuePair.Create(member.Key, Shown(member.Value) is { } shown ? JsonNode.Parse(shown.GetRawText()) : null)));

    /// <summary>A thing as the audit log names it: a user by its id, because a name or address could not be blanked there when the person is deleted.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="name">The thing's name in the picture.</param>
    /// <param name="thing">The thing.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task<string> AuditTargetAsync(string environment, string name, JsonObject thing, WriteScope scope) => !name.StartsWith("user:", StringComparison.Ordinal)
        ? name
        : UserAdmin.Target((await FindAsync(environment, (string?)thing["username"], (string?)thing["email"], scope.Connection, scope.Transaction))!.Id);

    private static async Task AddAsync(Dictionary<string, JsonObject> things, string environment, UserResource named, DbConnection connection, DbTransaction? transaction)
    {
        if (await FindAsync(environment, named.Username, named.Email, connection, transaction) is not { } row)
        {
            return;
        }

        WireName.TryParse<UserStatus>(row.Status, out var status);
        var user = new UserResource
        {
            Username = row.Username,
            Email = row.Email,
            EmailVerified = row.EmailVerified == 1,
            Status = status,
            SignInToLink = row.SignInToLink == 1,
            Attributes = AccountLookup.ReadAttributes(row.Attributes),
        };
        things[$"user:{row.Username ?? row.Email}"] = Mark(AsObject(user, XeniosJson.Default.UserResource), "password", row.PasswordHash is null ? null : Encoding.UTF8.GetBytes(row.PasswordHash));
    }

    private static Task<UserRow?> FindAsync(string environment, string? username, string? email, DbConnection connection, DbTransaction? transaction)
    {
        var (usernameKey, emailKey) = (username is null ? null : Usernames.Key(username), EmailAddress.Parse(email)?.Key);
        return connection.QueryFirstOrDefaultAsync<UserRow>(
            $"""
            SELECT user_id AS Id, username AS Username, email AS Email, email_verified AS EmailVerified, status AS Status, attributes AS Attributes, sign_in_to_link AS SignInToLink,
                password_hash AS PasswordHash
            FROM users WHERE environment_id = @environment AND {(usernameKey is null ? "email_key = @emailKey" : "username_key = @usernameKey")} ORDER BY email_verified DESC, created_at
            """,
            new { environment, usernameKey, emailKey },
            transaction);
    }

    private static JsonObject AsObject<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json) => (JsonObject)JsonSerializer.SerializeToNode(value, json)!;

    private static JsonObject Mark(JsonObject thing, string field, byte[]? secret)
    {
        if (secret is not null)
        {
            thing[field] = Hidden + Convert.ToHexStringLower(SHA256.HashData(secret));
        }

        return thing;
    }

    private static IEnumerable<FieldChangeView> Differences(string path, JsonNode? before, JsonNode? after)
    {
        if (after is JsonObject now && before is null or JsonObject)
        {
            var was = before as JsonObject;
            foreach (var name in now.Select(member => member.Key).Union(was?.Select(member => member.Key) ?? [], StringComparer.Ordinal))
            {
                foreach (var difference in Differences(FieldPath.Field(path, name), was?[name], now[name]))
                {
                    yield return difference;
                }
            }
        }
        else if (!JsonNode.DeepEquals(before, after))
        {
            yield return new FieldChangeView { Field = path, Before = Shown(before), After = Shown(after) };
        }
    }

    private static JsonElement? Shown(JsonNode? value) => value is null
        ? null
        : JsonSerializer.SerializeToElement(value is JsonValue && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().StartsWith(Hidden, StringComparison.Ordinal) ? JsonValue.Create(Hidden) : value);

    private sealed class UserRow
    {
        public string Id { get; init; } = "";

        public string? Username { get; init; }

        public string? Email { get; init; }

        public long EmailVerified { get; init; }

        public string Status { get; init; } = "";

        public string Attributes { get; init; } = "{}";

        public long SignInToLink { get; init; }

        public string? PasswordHash { get; init; }
    }
}
