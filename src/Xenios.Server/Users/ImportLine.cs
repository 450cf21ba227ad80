using System.Text.Json.Nodes;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Resources;

namespace Xenios.Server.Users;

/// <summary>A line of an import that was read and is good by itself; whether it goes with what is stored is asked later.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Id">Id to keep; null for none.</param>
/// <param name="User">Fields of <see cref="UserResource"/>, as a merge patch.</param>
/// <param name="Named">The same as a record.</param>
/// <param name="Identities">Its identities, each with its connection.</param>
internal sealed record ImportLine(int Number, string? Id, JsonObject User, UserResource Named, IReadOnlyList<(IdentityResource Identity, Connection Connection)> Identities)
{
    /// <summary>Most lines of one call.</summary>
    public const int MostLines = 1000;

    /// <summary>Most octets of one call.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    private const int MostIdentities = 20;

    /// <summary>Reads an import. Blank lines are left out, and count.</summary>
    /// <param name="text">JSON lines.</param>
    /// <param name="environment">Where it is for.</param>
    /// <param name="refused">Receives the lines that are wrong by themselves.</param>
    /// <returns>Null when there are too many lines.</returns>
    public static List<ImportLine>? Read(string text, EnvironmentSnapshot environment, List<ImportRefusal> refused)
    {
        var lines = new List<ImportLine>();
        var (number, count) = (0, 0);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text[range].Trim(' ', '\t', '\r', '\uFEFF');
            if (line.Length == 0)
            {
                continue;
            }

            if (++count > MostLines)
            {
                return null;
            }

            if (Read(number, line, environment).TryGet(out var read, out var mistake))
            {
                lines.Add(read);
            }
            else
            {
                refused.Add(new ImportRefusal(number, mistake.Path, mistake.Code, mistake.Message));
            }
        }

        return lines;
    }

    private static Result<ImportLine, FieldError> Read(int number, string line, EnvironmentSnapshot environment)
    {
        if (line.Length > RequestBody.MaxBytes)
        {
            return new FieldError("", FieldCode.Malformed, "a line has at most 256 KiB");
        }

        if (!RequestBody.Parse(line).TryGet(out var body, out var mistake))
        {
            return mistake;
        }

        if (!RequestBody.Bind<UserImport>(body).TryGet(out var user, out var problem))
        {
            return problem.Errors![0];
        }

        var errors = new List<FieldError>();
        var at = new FieldScope(errors, "");
        if (user.Id is { } id && !(id.StartsWith("usr_", StringComparison.Ordinal) && id.Length is >= 12 and <= 68 && id.AsSpan(4).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789") < 0))
        {
            // Everything that does not begin so is a subject of somebody without an account.
            at.Field("id").Refuse(FieldCode.Malformed, "an id is usr_ and 8 to 64 of a–z and 0–9; leave it out for a new one");
        }

        var given = user.Identities ?? [];
        if (given.Count > MostIdentities)
        {
            at.Field("identities").Refuse(FieldCode.OutOfRange, $"at most {MostIdentities} identities");
        }
        else
        {
            foreach (var (index, identity) in given.Index())
            {
                IdentityRules.Check(at.Field("identities").Item(index), identity, environment);
            }

            at.Field("identities").RefuseRepeated(given.Select(identity => identity.Connection), "connection");
        }

        body.Remove("id");
        body.Remove("identities");

        // What a line does not name, or names as nothing, stays as it is.
        foreach (var name in body.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            body.Remove(name);
        }

        if (errors.Count == 0 && !UserPatch.Apply(new UserRow(), body, null, given.Count > 0 || user.Id is not null).TryGet(out _, out var refused))
        {
            errors.AddRange(refused.Errors!);
        }

        return errors.Count > 0 ? errors[0] : new ImportLine(number, user.Id, body, user, [.. given.Select(identity => (identity, environment.Connections[identity.Connection!]))]);
    }
}
