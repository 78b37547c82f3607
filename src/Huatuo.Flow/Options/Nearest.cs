namespace Huatuo.Flow.Options;

/// <summary>Finds the known name that somebody may have meant.</summary>
internal static class Nearest
{
    private const int LongestName = 64;

    /// <summary><c>; did you mean 'ports'?</c>, or nothing when no known name is near.</summary>
    public static string Suggest(string name, IEnumerable<string> known) =>
        Find(name, known) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    /// <summary>The known name with the fewest edits, when these are at most a third of its letters.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        if (name.Length > LongestName)
            return null;
        string wanted = Fold(name);
        string? nearest = null;
        int fewest = int.MaxValue;
        foreach (string candidate in known)
        {
            int edits = Edits(wanted, Fold(candidate));
            if (edits < fewest && edits <= int.Max(1, int.Max(candidate.Length, wanted.Length) / 3))
                (nearest, fewest) = (candidate, edits);
        }

        return nearest;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.</summary>
    internal static int Edits(string a, string b)
    {
        int[] beforePrevious = new int[b.Length + 1], previous = new int[b.Length + 1], current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = int.Min(int.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = int.Min(current[j], beforePrevious[j - 2] + 1);
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[b.Length];
    }

    private static string Fold(string name) => name.Replace('-', '_').ToUpperInvariant();
}
