namespace Huatuo.Profiling;

/// <summary>Two profiles laid over each other; each function's share of all time is compared, so that they may differ in length.</summary>
internal sealed class ProfileDifference
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _frames = [];

    /// <param name="before">The stacks of the earlier one.</param>
    /// <param name="after">The stacks of the later one.</param>
    internal ProfileDifference(FoldedProfile before, FoldedProfile after)
    {
        Kind = before.Kind == after.Kind ? after.Kind : $"{before.Kind} and {after.Kind}";
        var old = new StackTree();
        foreach (FoldedStack stack in before.Stacks)
        {
            List<int> frames = [.. stack.Frames.Select(Number)];
            // In both trees, which so get the same nodes.
            old.Add(frames, 1, stack.Weight);
            Stacks.Add(frames, 0, 0);
        }
        foreach (FoldedStack stack in after.Stacks)
        {
            List<int> frames = [.. stack.Frames.Select(Number)];
            Stacks.Add(frames, 1, stack.Weight);
            old.Add(frames, 0, 0);
        }
        Before = old.Totals();
        After = Stacks.Totals();
    }

    /// <summary>What they are of.</summary>
    internal string Kind { get; }

    /// <summary>The stacks of both, with what they took in the later one.</summary>
    internal StackTree Stacks { get; } = new();

    /// <summary>Names of frames by number.</summary>
    internal IReadOnlyList<string> Frames => _frames;

    /// <summary>What each node and all within it took in the earlier one.</summary>
    internal long[] Before { get; }

    /// <summary>The same of the later one.</summary>
    internal long[] After { get; }

    /// <summary>By how much a node's share of all time grew: 0.1 when from 20 % to 30 %.</summary>
    internal double Change(int node) => Share(After, node) - Share(Before, node);

    /// <summary>Each function's own share of all time before and after, the largest change first.</summary>
    internal IReadOnlyList<FunctionChange> Functions()
    {
        var before = new double[_frames.Count];
        var after = new double[_frames.Count];
        var within = Stacks.Children();
        for (int node = 1; node < Stacks.Count; node++)
        {
            before[Stacks[node].Frame] += Share(Before, node) - (within[node] ?? []).Sum(child => Share(Before, child));
            after[Stacks[node].Frame] += Share(After, node) - (within[node] ?? []).Sum(child => Share(After, child));
        }
        return [.. _frames.Select((name, i) => new FunctionChange(name, before[i], after[i])).OrderByDescending(change => Math.Abs(change.After - change.Before)).ThenBy(change => change.Name, StringComparer.Ordinal)];
    }

    private static double Share(long[] totals, int node) => totals[StackTree.Root] > 0 ? (double)totals[node] / totals[StackTree.Root] : 0;

    private int Number(string frame)
    {
        if (_numbers.TryGetValue(frame, out int number))
            return number;
        _frames.Add(frame);
        return _numbers[frame] = _frames.Count - 1;
    }
}

/// <summary>A function's own share of all time, from 0 to 1.</summary>
internal readonly record struct FunctionChange(string Name, double Before, double After);

/// <summary>A profile as it is read back from a file.</summary>
/// <param name="Values">What its values are; one or more.</param>
/// <param name="Stacks">Its stacks.</param>
internal sealed record FoldedProfile(IReadOnlyList<FoldedValue> Values, IReadOnlyList<FoldedStack> Stacks)
{
    /// <summary>What is compared, and shown first.</summary>
    internal string Kind => Values[^1].Name;
}

/// <summary>One value of each stack.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Unit">Of what it is so many.</param>
internal readonly record struct FoldedValue(string Name, ProfileUnit Unit);

/// <summary>One stack of it.</summary>
/// <param name="Frames">The outermost first.</param>
/// <param name="Values">One for each value of the profile; those that a damaged file lacks are 0.</param>
internal sealed record FoldedStack(IReadOnlyList<string> Frames, params IReadOnlyList<long> Values)
{
    /// <summary>What is compared, of any unit.</summary>
    internal long Weight => Values.Count > 0 ? Values[^1] : 0;
}
