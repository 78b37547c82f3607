using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Symbols;

namespace Huatuo.Profiling;

/// <summary>What was sampled, as a tree of frames from the process inwards.</summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Frames">All frames.</param>
internal sealed record Profile(ProfileKind Kind, FrameTable Frames)
{
    /// <summary>The stacks.</summary>
    internal StackTree Stacks { get; } = new();

    /// <summary>When it began.</summary>
    internal DateTimeOffset Start { get; set; }

    /// <summary>How long it took.</summary>
    internal TimeSpan Duration { get; set; }

    /// <summary>Time between two samples of a CPU; 0 where time is measured.</summary>
    internal long PeriodNanoseconds { get; set; }

    /// <summary>What the kernel side counted.</summary>
    internal ProfileCounters Kernel { get; set; }

    /// <summary>How the kernel side followed stacks of user space; null when it followed frame pointers alone.</summary>
    internal UnwindCounters? Unwinding { get; set; }

    /// <summary>Samples that user space had no room for.</summary>
    internal long Dropped { get; set; }

    /// <summary>How frames were named.</summary>
    internal SymbolCounts Symbols { get; init; } = new();
}

/// <summary>What a profile is of.</summary>
/// <param name="Name">Such as <c>cpu</c>.</param>
/// <param name="Events">What is counted, such as <c>samples</c>.</param>
/// <param name="Weight">What pictures of it show.</param>
/// <param name="Other">What else is summed; null for nothing.</param>
internal sealed record ProfileKind(string Name, string Events, ProfileUnit Weight = ProfileUnit.Nanoseconds, ProfileUnit? Other = null)
{
    /// <summary>Time on a CPU.</summary>
    internal static ProfileKind OnCpu { get; } = new("cpu", "samples");

    /// <summary>Cycles of CPUs.</summary>
    internal static ProfileKind Cycles { get; } = new("cycles", "samples", ProfileUnit.Cycles);

    /// <summary>Time away from a CPU.</summary>
    internal static ProfileKind OffCpu { get; } = new("offcpu", "waits");

    /// <summary>Address space that was asked for.</summary>
    internal static ProfileKind VirtualSpace { get; } = new("virtual_space", "allocations", ProfileUnit.Bytes);

    /// <summary>Pages that were taken.</summary>
    internal static ProfileKind AllocatedSpace { get; } = new("alloc_space", "allocations", ProfileUnit.Bytes);

    /// <summary>Pages that were taken and not given back.</summary>
    internal static ProfileKind HeldSpace { get; } = new("inuse_space", "allocations", ProfileUnit.Bytes);

    /// <summary>Operations on disks or files by their time.</summary>
    internal static ProfileKind IoTime { get; } = new("io", "operations", ProfileUnit.Nanoseconds, ProfileUnit.Bytes);

    /// <summary>The same by what they moved.</summary>
    internal static ProfileKind IoBytes { get; } = new("io", "operations", ProfileUnit.Bytes, ProfileUnit.Nanoseconds);

    /// <summary>Waits for locks.</summary>
    internal static ProfileKind Lock { get; } = new("lock", "contentions");

    /// <summary>Whether it tells what there is at its end, so that of several the last tells all.</summary>
    internal bool IsLevel => this == HeldSpace;

    /// <summary>What brings a CPU to sample itself; null where something else does.</summary>
    internal string? Event => this == OnCpu ? "cpu-clock" : this == Cycles ? "cycles" : null;

    /// <summary>What is summed that is no time; null for nothing.</summary>
    internal ProfileUnit? Amount => Units.Contains(ProfileUnit.Bytes) ? ProfileUnit.Bytes : Weight == ProfileUnit.Cycles ? Weight : null;

    /// <summary>What is summed, beside the number; the weight last.</summary>
    internal IReadOnlyList<ProfileUnit> Units => Other is { } other ? [other, Weight] : [Weight];
}

/// <summary>What a profile sums.</summary>
internal enum ProfileUnit
{
    /// <summary>Time.</summary>
    Nanoseconds,

    /// <summary>Memory, or data.</summary>
    Bytes,

    /// <summary>Work of a CPU, however fast it went.</summary>
    Cycles,

    /// <summary>How often.</summary>
    Count,
}
