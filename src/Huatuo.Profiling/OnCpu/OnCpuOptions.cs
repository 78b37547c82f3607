using Huatuo.Flow.Options;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OnCpu;

/// <summary>How time on a CPU is sampled.</summary>
internal sealed record OnCpuOptions
{
    /// <summary>The most samples a second and CPU that are taken.</summary>
    internal const int MostFrequent = 10_000;

    /// <summary>What can be set of them.</summary>
    internal static OptionSchema<OnCpuOptions> Schema { get; } = new OptionSchema<OnCpuOptions>("")
        .Add("frequency", OptionTypes.Integer(1, MostFrequent), o => o.Frequency, (o, v) => o.Frequency = v,
            $"Samples a second of each CPU, from 1 to {MostFrequent}.")
        .Add("event", CpuEvents, o => o.Event, (o, v) => o.Event = v,
            "cpu-clock, a timer: samples are of time; or cycles, the CPU's own counter, which most virtual machines have not: samples are of cycles.");

    /// <summary>The words for events.</summary>
    internal static OptionType<CpuEvent> CpuEvents => OptionTypes.Choice(("cpu-clock", CpuEvent.Clock), ("cycles", CpuEvent.Cycles));

    /// <summary>Samples a second of each CPU. No divisor of what a timer of the workload is likely to have.</summary>
    internal int Frequency { get; set; } = 99;

    /// <summary>What brings a CPU to sample itself.</summary>
    internal CpuEvent Event { get; set; } = CpuEvent.Clock;

    /// <summary>What is sampled.</summary>
    internal ProfileTarget Target { get; set; } = new();

    /// <summary>How many stacks the kernel has room for; 0 for as many as half a second can bring.</summary>
    internal int KernelStacks { get; set; }

    /// <summary>Whether processes of one name are told apart.</summary>
    internal bool SplitsProcesses { get; set; }

    /// <summary>Gives tables for stacks of user space; null for frame pointers alone.</summary>
    internal Unwinder? Unwinder { get; set; }
}

/// <summary>What brings a CPU to sample itself.</summary>
internal enum CpuEvent
{
    /// <summary>A timer.</summary>
    Clock,

    /// <summary>Its counter of cycles.</summary>
    Cycles,
}
