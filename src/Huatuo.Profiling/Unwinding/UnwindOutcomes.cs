using Huatuo.Bpf.Abi;

namespace Huatuo.Profiling.Unwinding;

/// <summary>How stacks ended that were followed by tables.</summary>
internal static class UnwindOutcomes
{
    /// <summary>Each with how often; they add up to the stacks.</summary>
    internal static IEnumerable<(string Name, ulong Count)> Of(UnwindCounters counts) =>
    [
        ("whole", counts.Whole),
        ("mixed", counts.Mixed),
        ("pointers", counts.Pointers),
        ("cut", counts.Cut),
        ("unmapped", counts.Unmapped),
        ("untold", counts.Untold),
        ("unreadable", counts.Unreadable),
        ("broken", counts.Broken),
    ];

    /// <summary>The sum of two.</summary>
    internal static UnwindCounters Plus(this UnwindCounters left, UnwindCounters right) => new()
    {
        Whole = left.Whole + right.Whole,
        Mixed = left.Mixed + right.Mixed,
        Pointers = left.Pointers + right.Pointers,
        Cut = left.Cut + right.Cut,
        Unmapped = left.Unmapped + right.Unmapped,
        Untold = left.Untold + right.Untold,
        Unreadable = left.Unreadable + right.Unreadable,
        Broken = left.Broken + right.Broken,
        TableFrames = left.TableFrames + right.TableFrames,
        PointerFrames = left.PointerFrames + right.PointerFrames,
    };
}
