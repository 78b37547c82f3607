using System.Numerics;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling.Io;
using Huatuo.Profiling.Lock;
using Huatuo.Profiling.Memory;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Continuous;

/// <summary>Starts the profilers that go on.</summary>
/// <param name="options">The section <c>profiling</c>.</param>
/// <param name="unwinder">Gives all of them tables for stacks; null for frame pointers alone.</param>
/// <param name="symbols">The kernel's symbols.</param>
internal sealed class ContinuousStart(ContinuousOptions options, Unwinder? unwinder, SymbolSource symbols)
{
    private const int FewestStacks = 4096, MostStacks = 65536;

    private readonly OnlineCpus _online = new();

    /// <summary>What a profiler is called.</summary>
    internal static string Name(ContinuousKind kind) => kind switch
    {
        ContinuousKind.OnCpu => OnCpuProfiler.Name,
        ContinuousKind.OffCpu => OffCpuProfiler.Name,
        ContinuousKind.Memory => MemoryProfiler.Name,
        ContinuousKind.Io => IoProfiler.Name,
        _ => LockProfiler.Name,
    };

    /// <summary>Starts one on all processes.</summary>
    /// <exception cref="BpfException">The kernel refuses, or lacks what it needs.</exception>
    internal IContinuousProfiler Start(ContinuousKind kind)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        Linux.KernelRelease.TryRead(out Linux.KernelRelease release);
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        if (Lacks(kind, kernel, btf) is { } lacking)
            throw new BpfException("start", $"the profiler, which needs {lacking.Feature}: {lacking.Hint}", 0);
        symbols.ReadyAsync().GetAwaiter().GetResult();
        return kind switch
        {
            ContinuousKind.OnCpu => OnCpuProfiler.Start(new OnCpuOptions { Frequency = options.Frequency, Event = options.OncpuEvent, KernelStacks = KernelStacks, Unwinder = unwinder }, symbols, _online),
            ContinuousKind.OffCpu => OffCpuProfiler.Start(new OffCpuOptions { MinDuration = options.MinDuration, Unwinder = unwinder }, symbols, kernel),
            ContinuousKind.Memory => MemoryProfiler.Start(new MemoryOptions { Kind = options.MemoryKind, Interval = options.MemorySample.Bytes, Unwinder = unwinder }, symbols, kernel),
            ContinuousKind.Io => IoProfiler.Start(new IoOptions { Layer = options.IoLayer, Interval = options.IoSample.Bytes, Unwinder = unwinder }, symbols, kernel),
            _ => LockProfiler.Start(new LockOptions { Kinds = options.LockKind, Interval = options.LockSample, Unwinder = unwinder }, symbols, kernel),
        };
    }

    private Unsupported? Lacks(ContinuousKind kind, KernelFeatures kernel, KernelBtf? btf) => kind switch
    {
        ContinuousKind.OnCpu => OnCpuProfiler.Lacks(kernel, btf, options.OncpuEvent),
        ContinuousKind.OffCpu => OffCpuProfiler.Lacks(kernel, btf),
        ContinuousKind.Memory => MemoryProfiler.Lacks(kernel, btf),
        ContinuousKind.Io => IoProfiler.Lacks(kernel, btf),
        _ => LockProfiler.Lacks(kernel, btf, options.LockKind),
    };

    // Two stacks of each sample of two seconds, if all are different: the thread may have to wait for a CPU.
    private int KernelStacks => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(options.Frequency * Environment.ProcessorCount * 4, FewestStacks, MostStacks));
}
