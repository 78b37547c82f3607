using Huatuo.Profiling.Formats;

namespace Huatuo.Profiling;

/// <summary>A profile as a picture needs it: what each frame and all within it took, and the frames within it, the widest first.</summary>
internal sealed class FlameTree
{
    private readonly StackTree _stacks;
    private readonly FrameTable _frames;
    private readonly long[] _totals;
    private readonly int[]?[] _children;

    private FlameTree(string kind, ProfileUnit unit, StackTree stacks, FrameTable frames)
    {
        (Kind, Unit, _stacks, _frames) = (kind, unit, stacks, frames);
        _totals = stacks.Totals(unit);
        _children = [.. stacks.Children().Select(nodes => nodes?.OrderByDescending(node => _totals[node]).ThenBy(node => node).ToArray())];
    }

    /// <summary>What it is of.</summary>
    internal string Kind { get; }

    /// <summary>What its values are.</summary>
    internal ProfileUnit Unit { get; }

    /// <summary>How many nodes there are, that of <see cref="StackTree.Root"/> included.</summary>
    internal int Count => _stacks.Count;

    /// <summary>How many different frames there are.</summary>
    internal int FrameCount => _frames.Count;

    /// <summary>One for each value of what was just taken, with the same nodes; what pictures show first.</summary>
    internal static IReadOnlyList<FlameTree> AllOf(Profile profile) =>
    [
        .. profile.Kind.Units.Reverse().Select(unit => new FlameTree(profile.Kind.Name, unit, profile.Stacks, profile.Frames)),
        new FlameTree(profile.Kind.Events, ProfileUnit.Count, profile.Stacks, profile.Frames),
    ];

    /// <summary>The same of what was read from a file.</summary>
    internal static IReadOnlyList<FlameTree> AllOf(FoldedProfile profile)
    {
        var frames = new FrameTable();
        StackTree[] trees = [.. profile.Values.Select(_ => new StackTree())];
        foreach (FoldedStack stack in profile.Stacks)
        {
            int[] numbers = [.. stack.Frames.Select((name, level) => frames.Intern(new Frame(name, "", KindOf(name, level))))];
            for (int i = 0; i < trees.Length; i++)
                Add(trees[i], numbers, profile.Values[i].Unit, i < stack.Values.Count ? stack.Values[i] : 0);
        }
        return [.. trees.Select((stacks, i) => new FlameTree(profile.Values[i].Name, profile.Values[i].Unit, stacks, frames)).Reverse()];
    }

    private static void Add(StackTree stacks, int[] frames, ProfileUnit unit, long value)
    {
        (long nanoseconds, long amount, long count) = unit switch
        {
            ProfileUnit.Bytes or ProfileUnit.Cycles => (0L, value, 1L),
            ProfileUnit.Count => (0L, 0L, value),
            _ => (value, 0L, 1L),
        };
        stacks.AddTo(stacks.Place(frames), count, nanoseconds, amount);
    }

    /// <summary>The node outside of a node; below 0 of the root.</summary>
    internal int Parent(int node) => _stacks[node].Parent;

    /// <summary>The number of a node's frame; below 0 of the root.</summary>
    internal int FrameNumber(int node) => _stacks[node].Frame;

    /// <summary>A frame by its number.</summary>
    internal Frame Frame(int number) => _frames[number];

    /// <summary>The frame of a node.</summary>
    internal Frame FrameOf(int node) => node == StackTree.Root ? new Frame("all", "", FrameKind.Process) : _frames[_stacks[node].Frame];

    /// <summary>What a node and all within it took.</summary>
    internal long Total(int node) => _totals[node];

    /// <summary>What it took itself.</summary>
    internal long Self(int node) => _stacks[node].Value(Unit);

    /// <summary>The nodes directly within it, the widest first.</summary>
    internal ReadOnlySpan<int> Children(int node) => _children[node];

    /// <summary>The part of all that a value is, from 0 to 1.</summary>
    internal double Share(long value) => _totals[StackTree.Root] > 0 ? (double)value / _totals[StackTree.Root] : 0;

    // Files tell by the name alone, if at all.
    private static FrameKind KindOf(string name, int level) =>
        name is ['[', .., ']'] and not Profiling.Frame.Unknown ? FrameKind.Reason
        : name.EndsWith(CollapsedFormat.KernelMark, StringComparison.Ordinal) ? FrameKind.Kernel
        : level == 0 ? FrameKind.Process : FrameKind.User;
}
