namespace Xenios.Server.Resources;

/// <summary>One field that a rule refuses; in the management API an entry of <c>errors</c> in a 422 answer.</summary>
/// <param name="Path">Dotted path below what was checked, for example <c>redirect_uris[0]</c>; empty for the whole.</param>
/// <param name="Code">Stable code, one of <see cref="FieldCode"/>.</param>
/// <param name="Message">What is wrong and what to do. Never a secret.</param>
internal sealed record FieldError(string Path, string Code, string Message);

/// <summary>Stable codes of refused fields.</summary>
internal static class FieldCode
{
    /// <summary>Nothing is given where something is needed.</summary>
    public const string Required = "required";

    /// <summary>The value has the wrong form.</summary>
    public const string Malformed = "malformed";

    /// <summary>A number or length is outside its limits.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>The same thing stands twice.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>The value names something that does not exist.</summary>
    public const string UnknownReference = "unknown_reference";

    /// <summary>The value is none of the known ones.</summary>
    public const string Unknown = "unknown";

    /// <summary>Two fields exclude each other, or one lacks its other half.</summary>
    public const string Conflict = "conflict";

    /// <summary>The field has no place here.</summary>
    public const string NotAllowed = "not_allowed";

    /// <summary>The name belongs to the protocol or to this server.</summary>
    public const string Reserved = "reserved";

    /// <summary>An address that must not receive responses.</summary>
    public const string InvalidRedirectUri = "invalid_redirect_uri";

    /// <summary>An enabled connection of a production environment has no credentials of its own.</summary>
    public const string CredentialsRequired = "credentials_required";

    /// <summary>A later step of a login flow needs the local account that an earlier one may not bring.</summary>
    public const string LocalAccountNeeded = "local_account_needed";

    /// <summary>Allowed, but an administrator has to confirm it.</summary>
    public const string NeedsConfirmation = "needs_confirmation";

    /// <summary>Credentials of X in the wrong place.</summary>
    public const string WrongCredentials = "X-101";

    /// <summary>The type of the X app and the secret do not fit.</summary>
    public const string WrongAppType = "X-103";

    /// <summary>The handle as subject.</summary>
    public const string HandleAsSubject = "L-204";
}

/// <summary>Where a rule looks at the moment, and where it puts what it refuses.</summary>
/// <param name="Errors">Receives what is refused.</param>
/// <param name="Path">Path of the value looked at.</param>
internal readonly record struct FieldScope(List<FieldError> Errors, string Path)
{
    /// <summary>A field below.</summary>
    /// <param name="name">Its name.</param>
    public FieldScope Field(string name) => this with { Path = FieldPath.Field(Path, name) };

    /// <summary>An entry of the list looked at.</summary>
    /// <param name="index">Position, from 0.</param>
    public FieldScope Item(int index) => this with { Path = FieldPath.Item(Path, index) };

    /// <summary>Refuses the value looked at.</summary>
    /// <param name="code">One of <see cref="FieldCode"/>.</param>
    /// <param name="message">What is wrong and what to do.</param>
    public void Refuse(string code, string message) => Errors.Add(new FieldError(Path, code, message));

    /// <summary>Refuses the value looked at when there is a mistake.</summary>
    /// <param name="code">One of <see cref="FieldCode"/>.</param>
    /// <param name="mistake">What is wrong, or null.</param>
    public void RefuseIf(string code, string? mistake)
    {
        if (mistake is not null)
        {
            Refuse(code, mistake);
        }
    }

    /// <summary>Refuses every entry of the list looked at that has stood before; entries without a name are left to other rules.</summary>
    /// <param name="names">The names of the entries, in order.</param>
    /// <param name="field">Field of an entry that holds the name; empty when the entry is the name.</param>
    /// <param name="comparer">How names are compared; ordinal by default.</param>
    public void RefuseRepeated(IEnumerable<string?> names, string field = "", StringComparer? comparer = null)
    {
        var seen = new HashSet<string>(comparer ?? StringComparer.Ordinal);
        foreach (var (index, name) in names.Index())
        {
            if (name is not null && !seen.Add(name))
            {
                var entry = Item(index);
                (field.Length == 0 ? entry : entry.Field(field)).Refuse(FieldCode.Duplicate, "this stands twice");
            }
        }
    }
}
