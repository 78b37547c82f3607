namespace Huatuo.Profiling.Symbols;

/// <summary>Functions that lie in each other's place, as code that was compiled where other code was freed.</summary>
internal static class Overlaps
{
    /// <summary>What is left of each where those with a lower rank lie; those without a size stay as they are.</summary>
    /// <param name="entries">Sorted by this.</param>
    internal static List<FunctionTable.Entry> Resolve(List<FunctionTable.Entry> entries)
    {
        entries.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        List<FunctionTable.Entry> parts = new(entries.Count);
        var here = new PriorityQueue<FunctionTable.Entry, int>();
        ulong at = 0;
        for (int next = 0; next < entries.Count || here.Count > 0;)
        {
            if (here.Count == 0)
                at = entries[next].Start;
            for (; next < entries.Count && entries[next].Start == at; next++)
            {
                if (entries[next].Bytes == 0)
                    parts.Add(entries[next]);
                else
                    here.Enqueue(entries[next], entries[next].Rank);
            }
            while (here.TryPeek(out FunctionTable.Entry over, out _) && over.End <= at)
                here.Dequeue();
            if (!here.TryPeek(out FunctionTable.Entry latest, out _))
                continue;
            ulong end = next < entries.Count ? Math.Min(latest.End, entries[next].Start) : latest.End;
            if (parts.Count > 0 && parts[^1] is { Bytes: > 0 } before && before.End == at && before.Name == latest.Name)
                parts[^1] = before with { Bytes = end - before.Start };
            else
                parts.Add(latest with { Start = at, Bytes = end - at });
            at = end;
        }
        return parts;
    }
}
