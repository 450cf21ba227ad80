using System.Buffers;
using System.Globalization;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.Control;

/// <summary>What the control API lets a caller say about a person.</summary>
internal static class PersonInput
{
    public static readonly string[] Changeable =
    [
        "username", "name", "email", "email_state", "profile_image_url", "description", "location", "url", "verified_type", "protected", "suspended",
        "locked", "refuses",
    ];

    public static readonly string[] Creatable = ["key", "id", .. Changeable];

    public static Person? Create(JsonInput input, DateTimeOffset now)
    {
        var person = Apply(input, new Person
        {
            Key = input.Text("key", null) ?? "",
            Id = input.Text("id", null) ?? Person.NewId(now),
            Username = "",
            Name = "",
        });
        return input.Problem is null ? person : null;
    }

    /// <summary>The person with the members of the input in place of their own. Look at <see cref="JsonInput.Problem"/> before using it.</summary>
    public static Person Apply(JsonInput input, Person person)
    {
        var email = input.Text("email", person.Email);
        var changed = person with
        {
            Username = input.Text("username", person.Username) ?? "",
            Name = input.Text("name", person.Name)?.Trim() ?? "",
            Email = email,
            EmailState = input.Has("email_state") ? State(input) : StateFor(email, person.EmailState),
            ProfileImageUrl = input.Text("profile_image_url", person.ProfileImageUrl) ?? Person.DefaultImage,
            Description = input.Text("description", person.Description) ?? "",
            Location = input.Text("location", person.Location) ?? "",
            Url = input.Text("url", person.Url),
            VerifiedType = input.Text("verified_type", person.VerifiedType) ?? "none",
            Protected = input.Flag("protected", person.Protected),
            Suspended = input.Flag("suspended", person.Suspended),
            Locked = input.Flag("locked", person.Locked),
            Refuses = input.Flag("refuses", person.Refuses),
        };
        if (PersonRules.Problem(changed) is { } problem)
        {
            input.Reject(problem.Member, problem.Message);
        }

        return changed;
    }

    /// <summary>The state that goes with an address when only the address was said.</summary>
    public static EmailState StateFor(string? email, EmailState before) => (email, before) switch
    {
        (null, _) => EmailState.None,
        (_, EmailState.None) => EmailState.Confirmed,
        _ => before,
    };

    private static EmailState State(JsonInput input)
    {
        switch (input.Text("email_state", null))
        {
            case "none":
                return EmailState.None;
            case "unconfirmed":
                return EmailState.Unconfirmed;
            case "confirmed":
                return EmailState.Confirmed;
            default:
                input.Reject("email_state", "\"email_state\" must be none, unconfirmed or confirmed.");
                return EmailState.None;
        }
    }
}

/// <summary>What X lets an account look like (x-platform §2.2, §4.5).</summary>
internal static class PersonRules
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly SearchValues<char> HandleCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    public static Rejection? Problem(Person person) => person switch
    {
        _ when !Fits(person.Key, 32, KeyCharacters) => new("key", "\"key\" must have 1 to 32 of a-z 0-9 - _."),
        _ when !IsId(person.Id) => new("id", "\"id\" must be a string of 1 to 19 digits, below 2^63."),

        // X's rule today is 15; some old accounts have up to 20.
        _ when !Fits(person.Username, 20, HandleCharacters) => new("username", "\"username\" must have 1 to 20 of A-Z a-z 0-9 _."),
        { Name.Length: 0 or > 50 } => new("name", "\"name\" must have 1 to 50 characters."),
        { Email: not null } when !IsEmail(person.Email) => new("email", "\"email\" must be an e-mail address."),
        _ when (person.Email is null) != (person.EmailState == EmailState.None) =>
            new("email_state", "\"email_state\" must be none without an e-mail, and unconfirmed or confirmed with one."),
        _ when !IsAddress(person.ProfileImageUrl) => new("profile_image_url", "\"profile_image_url\" must be an https address."),
        { Url: not null } when !IsAddress(person.Url) => new("url", "\"url\" must be an https address."),
        { Description.Length: > 160 } => new("description", "\"description\" must have at most 160 characters."),
        { Location.Length: > 30 } => new("location", "\"location\" must have at most 30 characters."),
        { VerifiedType: not ("blue" or "business" or "government" or "none") } =>
            new("verified_type", "\"verified_type\" must be blue, business, government or none."),
        _ => null,
    };

    private static bool Fits(string text, int longest, SearchValues<char> alphabet) =>
        text.Length > 0 && text.Length <= longest && !text.AsSpan().ContainsAnyExcept(alphabet);

    private static bool IsId(string id) => id.Length > 0 && id[0] != '0' && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsEmail(string email) =>
        email.Length <= 254 && email.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < email.Length - 1
        && !email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static bool IsAddress(string address) =>
        address.Length <= 500 && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;
}
