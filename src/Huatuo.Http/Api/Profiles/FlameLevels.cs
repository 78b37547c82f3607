using Huatuo.Profiling;

namespace Huatuo.Http.Api.Profiles;

/// <summary>
/// A flame graph as Pyroscope has it: levels from the root on, in each for every node four numbers: how far it begins behind
/// the end of the one before, its time, its own time, and the number of its name.
/// </summary>
internal static class FlameLevels
{
    private const string Total = "total", Other = "other";

    /// <summary>Makes the message.</summary>
    /// <param name="profile">The profile; null for none.</param>
    /// <param name="mostNodes">Nodes that are smaller than the so many largest are summed as <c>other</c>; 0 for all.</param>
    /// <param name="unit">What its numbers are of.</param>
    public static WireMessage Of(Profile? profile, long mostNodes, ProfileUnit unit)
    {
        var names = new List<string> { Total };
        var numbers = new Dictionary<string, int> { [Total] = 0 };
        var levels = new List<List<long>>();
        long all = 0, mostSelf = 0;
        if (profile is not null)
        {
            long[] totals = profile.Stacks.Totals(unit);
            all = totals[StackTree.Root];
            long least = Least(totals, mostNodes);
            List<int>?[] children = profile.Stacks.Children();
            List<(string Name, long Start, long Value, long Self, int Node)> row = [(Total, 0, all, 0, StackTree.Root)];
            while (row.Count > 0)
            {
                List<long> level = [];
                List<(string, long, long, long, int)> next = [];
                long end = 0;
                foreach ((string name, long start, long value, long self, int node) in row)
                {
                    if (!numbers.TryGetValue(name, out int number))
                    {
                        numbers[name] = number = names.Count;
                        names.Add(name);
                    }
                    level.AddRange([start - end, value, self, number]);
                    end = start + value;
                    mostSelf = Math.Max(mostSelf, self);
                    if (node >= 0)
                        AddChildren(profile, children[node] ?? [], totals, unit, start, least, next);
                }
                levels.Add(level);
                row = next;
            }
        }
        return new WireMessage()
            .Texts(1, "names", names)
            .Messages(2, "levels", levels.Select(level => new WireMessage().Numbers(1, "values", level)))
            .Number(3, "total", all)
            .Number(4, "maxSelf", mostSelf);
    }

    private static void AddChildren(Profile profile, List<int> children, long[] totals, ProfileUnit unit, long start, long least, List<(string, long, long, long, int)> next)
    {
        long other = 0;
        foreach (int child in children.OrderByDescending(child => totals[child]))
        {
            if (totals[child] < least)
            {
                other += totals[child];
                continue;
            }
            next.Add((profile.Frames[profile.Stacks[child].Frame].Name, start, totals[child], profile.Stacks[child].Value(unit), child));
            start += totals[child];
        }
        if (other > 0)
            next.Add((Other, start, other, other, -1));
    }

    private static long Least(long[] totals, long most)
    {
        if (most <= 0 || totals.Length <= most)
            return 1;
        long[] sorted = [.. totals];
        Array.Sort(sorted);
        return Math.Max(sorted[^(int)most], 1);
    }
}
