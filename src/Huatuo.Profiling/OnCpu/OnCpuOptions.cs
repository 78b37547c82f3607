using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OnCpu;

/// <summary>How time on a CPU is sampled.</summary>
internal sealed record OnCpuOptions
{
    /// <summary>The most samples a second and CPU that are taken.</summary>
    internal const int MostFrequent = 10_000;

    /// <summary>Samples a second of each CPU. No divisor of what a timer of the workload is likely to have.</summary>
    internal int Frequency { get; init; } = 99;

    /// <summary>What is sampled.</summary>
    internal ProfileTarget Target { get; init; } = new();

    /// <summary>How many stacks the kernel has room for; 0 for as many as half a second can bring.</summary>
    internal int KernelStacks { get; init; }

    /// <summary>Whether processes of one name are told apart.</summary>
    internal bool SplitsProcesses { get; init; }

    /// <summary>Gives tables for stacks of user space; null for frame pointers alone.</summary>
    internal Unwinder? Unwinder { get; init; }
}
