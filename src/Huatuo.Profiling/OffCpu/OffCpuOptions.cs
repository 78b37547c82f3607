using Huatuo.Flow.Options;
using Huatuo.Profiling.Sampling;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OffCpu;

/// <summary>What time away from a CPU is told.</summary>
internal sealed record OffCpuOptions
{
    /// <summary>What can be set of them.</summary>
    internal static OptionSchema<OffCpuOptions> Schema { get; } = new OptionSchema<OffCpuOptions>("")
        .Add("min_duration", OptionTypes.Duration, o => o.MinDuration, (o, v) => o.MinDuration = v,
            "Waits shorter than this are only counted.")
        .Add("phase", OptionTypes.Choice(("all", OffCpuPhases.All), ("blocked", OffCpuPhases.Blocked), ("runqueue", OffCpuPhases.Runqueue)), o => o.Phases, (o, v) => o.Phases = v,
            "all; blocked: until something wakes the task; or runqueue: from then on until it has a CPU.")
        .Add(StackPace.OptionName, StackPace.OptionType, o => o.MostStacks, (o, v) => o.MostStacks = v, StackPace.OptionText);

    /// <summary>Waits shorter than this are only counted.</summary>
    internal TimeSpan MinDuration { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Which parts of a wait.</summary>
    internal OffCpuPhases Phases { get; set; } = OffCpuPhases.All;

    /// <summary>The most stacks a second, on each CPU, that are taken as long as there is something to draw by chance; 0 for no bound.</summary>
    internal int MostStacks { get; set; } = StackPace.DefaultMost;

    /// <summary>Whose.</summary>
    internal ProfileTarget Target { get; set; } = new();

    /// <summary>Whether processes of one name are told apart.</summary>
    internal bool SplitsProcesses { get; set; }

    /// <summary>Gives tables for stacks of user space; null for frame pointers alone.</summary>
    internal Unwinder? Unwinder { get; set; }
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
