using System.Collections;

namespace Xenios.Server.Resources;

/// <summary>
/// Refuses lists and dictionaries with nothing at an entry, as <c>[null]</c> in JSON makes them, so that every other rule may rely on entries.
/// </summary>
internal static class MissingEntries
{
    /// <summary>Refuses every empty entry of a record; false when there is none.</summary>
    /// <param name="at">Where the record stands.</param>
    /// <param name="record">A wire record.</param>
    public static bool Refuse(FieldScope at, object record)
    {
        var before = at.Errors.Count;
        foreach (var (name, property) in ResourceShape.Of(record.GetType()).Fields)
        {
            Look(at.Field(name), property.GetValue(record));
        }

        return at.Errors.Count > before;
    }

    private static void Look(FieldScope at, object? value)
    {
        switch (value)
        {
            case null or string or ValueType:
                break;
            case IDictionary entries:
                foreach (DictionaryEntry entry in entries)
                {
                    LookAtEntry(at.Field((string)entry.Key), entry.Value);
                }

                break;
            case IEnumerable items:
                foreach (var (index, item) in items.Cast<object?>().Index())
                {
                    LookAtEntry(at.Item(index), item);
                }

                break;
            default:
                Refuse(at, value);
                break;
        }
    }

    private static void LookAtEntry(FieldScope at, object? entry)
    {
        if (entry is null)
        {
            at.Refuse(FieldCode.Required, "something is needed here");
        }
        else
        {
            Look(at, entry);
        }
    }
}
