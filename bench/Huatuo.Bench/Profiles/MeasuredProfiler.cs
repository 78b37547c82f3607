using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Linux;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Io;
using Huatuo.Profiling.Lock;
using Huatuo.Profiling.Memory;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Bench.Profiles;

/// <summary>A profiler of the whole machine at its defaults.</summary>
/// <param name="Name">As the command line has it.</param>
/// <param name="Sees">What it is of.</param>
/// <param name="Start">Starts it.</param>
internal sealed record MeasuredProfiler(string Name, SeenWork Sees, Func<IContinuousProfiler> Start)
{
    /// <summary>All of them.</summary>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="unwinder">Gives tables for stacks; null for frame pointers alone.</param>
    internal static IReadOnlyList<MeasuredProfiler> All(SymbolSource symbols, Unwinder? unwinder)
    {
        KernelFeatures kernel = Kernel();
        return
        [
            new(OnCpuProfiler.Name, SeenWork.Compute, () => OnCpuProfiler.Start(new OnCpuOptions { Unwinder = unwinder }, symbols, new OnlineCpus())),
            new(OffCpuProfiler.Name, SeenWork.Switch, () => OffCpuProfiler.Start(new OffCpuOptions { Unwinder = unwinder }, symbols, kernel)),
            .. Enum.GetValues<MemoryKind>().Select(kind => new MeasuredProfiler($"{MemoryProfiler.Name} --kind {Lower(kind)}", SeenWork.Memory, () => MemoryProfiler.Start(new MemoryOptions { Kind = kind, Unwinder = unwinder }, symbols, kernel))),
            .. Enum.GetValues<IoLayer>().Select(layer => new MeasuredProfiler($"{IoProfiler.Name} --layer {Lower(layer)}", layer == IoLayer.Block ? SeenWork.Disk : SeenWork.File, () => IoProfiler.Start(new IoOptions { Layer = layer, Unwinder = unwinder }, symbols, kernel))),
            .. new[] { LockKinds.Kernel, LockKinds.Futex }.Select(kinds => new MeasuredProfiler($"{LockProfiler.Name} --kind {Lower(kinds)}", kinds == LockKinds.Kernel ? SeenWork.KernelLock : SeenWork.Futex, () => LockProfiler.Start(new LockOptions { Kinds = kinds, Unwinder = unwinder }, symbols, kernel))),
        ];
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static KernelFeatures Kernel()
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        return KernelFeatures.Probe(release, btf);
    }
}

/// <summary>What a profiler is of.</summary>
internal enum SeenWork
{
    /// <summary>Time on CPUs.</summary>
    Compute,

    /// <summary>Tasks that leave their CPU.</summary>
    Switch,

    /// <summary>Memory that is asked for, taken and given back.</summary>
    Memory,

    /// <summary>Operations of a disk.</summary>
    Disk,

    /// <summary>Calls that read and write files.</summary>
    File,

    /// <summary>Locks of the kernel that are waited for.</summary>
    KernelLock,

    /// <summary>Locks of programs that are waited for.</summary>
    Futex,
}
