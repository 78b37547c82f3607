using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Symbols;

namespace Huatuo.Profiling;

/// <summary>What was sampled, as a tree of frames from the process inwards.</summary>
/// <param name="Kind">What its time is.</param>
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

    /// <summary>Samples that user space had no room for.</summary>
    internal long Dropped { get; set; }

    /// <summary>How frames were named.</summary>
    internal SymbolCounts Symbols { get; init; } = new();
}

/// <summary>What a profile's time is.</summary>
/// <param name="Name">Such as <c>cpu</c>.</param>
/// <param name="Events">What is counted, such as <c>samples</c>.</param>
internal sealed record ProfileKind(string Name, string Events)
{
    /// <summary>What Pyroscope calls it: name, sample type and unit, period type and unit.</summary>
    internal string TypeId => $"process_{Name}:{Name}:nanoseconds:{Name}:nanoseconds";

    /// <summary>Time on a CPU.</summary>
    internal static ProfileKind OnCpu { get; } = new("cpu", "samples");

    /// <summary>Time away from a CPU.</summary>
    internal static ProfileKind OffCpu { get; } = new("offcpu", "waits");
}
