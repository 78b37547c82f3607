using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OffCpu;

/// <summary>What time away from a CPU is told.</summary>
internal sealed record OffCpuOptions
{
    /// <summary>Waits shorter than this are only counted.</summary>
    internal TimeSpan MinDuration { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Which parts of a wait.</summary>
    internal OffCpuPhases Phases { get; init; } = OffCpuPhases.All;

    /// <summary>Whose.</summary>
    internal ProfileTarget Target { get; init; } = new();

    /// <summary>Whether processes of one name are told apart.</summary>
    internal bool SplitsProcesses { get; init; }

    /// <summary>Gives tables for stacks of user space; null for frame pointers alone.</summary>
    internal Unwinder? Unwinder { get; init; }
}

/// <summary>The parts of a wait; numbers are those of the kernel side.</summary>
[Flags]
internal enum OffCpuPhases
{
    /// <summary>From leaving the CPU until something makes the task runnable.</summary>
    Blocked = 1,

    /// <summary>From being runnable until it has a CPU.</summary>
    Runqueue = 2,

    /// <summary>Both.</summary>
    All = 3,
}
