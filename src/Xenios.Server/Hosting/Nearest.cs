namespace Xenios.Server.Hosting;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary>The candidate with the fewest edits, if they are few enough to be a slip.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="candidates">What is known.</param>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        var fewest = Math.Max(2, word.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            var edits = Distance(Fold(word), Fold(candidate));
            if (edits < fewest)
            {
                (best, fewest) = (candidate, edits);
            }
        }

        return best;
    }

    // "clientId", "client-id" and "client_id" are the same word to the person who wrote it.
    private static string Fold(string word) => word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static int Distance(string a, string b)
    {
        if (a.Length > 64 || b.Length > 64)
        {
            return int.MaxValue;
        }

        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
