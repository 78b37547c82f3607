using System.Text;
using Huatuo.Profiling;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>Makes rows of a profile.</summary>
internal static class FlameRows
{
    /// <summary>How many rows a document has at most.</summary>
    internal const int Most = 4096;

    private static readonly byte[] s_root = "all"u8.ToArray();

    /// <summary>The rows, siblings by their size; where they are too many, the largest. What sums to nothing has none.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="most">How many.</param>
    /// <param name="unit">What they sum.</param>
    internal static FlameData Of(Profile profile, int most = Most, ProfileUnit unit = ProfileUnit.Count)
    {
        StackTree stacks = profile.Stacks;
        long[] counts = stacks.Totals(unit);
        bool[] kept = Largest(counts, most);
        List<int>?[] children = stacks.Children();
        Dictionary<int, byte[]> labels = [];
        List<FlameRow> rows = [];
        Stack<(int Node, int Level)> open = [];
        open.Push((StackTree.Root, 0));
        while (open.TryPop(out (int Node, int Level) at))
        {
            int[] within = [.. (children[at.Node] ?? []).Where(child => kept[child] && counts[child] > 0).OrderBy(child => counts[child]).ThenByDescending(child => child)];
            long self = counts[at.Node] - within.Sum(child => counts[child]);
            rows.Add(new FlameRow(at.Level, counts[at.Node], self, at.Node == StackTree.Root ? s_root : Label(profile, stacks[at.Node].Frame, labels)));
            foreach (int child in within)
                open.Push((child, at.Level + 1));
        }
        return new FlameData
        {
            Rows = rows,
            Unit = unit,
            Samples = unit == ProfileUnit.Count ? counts[StackTree.Root] : stacks.Totals(ProfileUnit.Count)[StackTree.Root],
            Lost = (long)profile.Kernel.Lost + profile.Dropped,
            Omitted = kept.Count(one => !one),
            Duration = profile.Duration,
        };
    }

    private static byte[] Label(Profile profile, int frame, Dictionary<int, byte[]> labels)
    {
        if (!labels.TryGetValue(frame, out byte[]? label))
            labels[frame] = label = Encoding.UTF8.GetBytes(profile.Frames[frame].Name);
        return label;
    }

    // A node never has more than the one outside of it, whose number is lower: so with each, all outside of it are kept.
    private static bool[] Largest(long[] counts, int most)
    {
        var kept = new bool[counts.Length];
        foreach (int node in Enumerable.Range(0, counts.Length).OrderByDescending(node => counts[node]).ThenBy(node => node).Take(most))
            kept[node] = true;
        return kept;
    }
}
