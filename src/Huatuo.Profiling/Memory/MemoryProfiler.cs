using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Memory;

/// <summary><c>memory</c>: who asks for memory, how much, and what of it stays.</summary>
internal static class MemoryProfiler
{
    /// <summary>What it is called.</summary>
    internal const string Name = "memory";

    /// <summary>One sentence on it.</summary>
    internal const string Summary = "Who asks for memory: address space, pages, and pages that stay.";

    /// <summary>What it is hooked to.</summary>
    internal const string Rung = "raw_tp/mm_page_alloc+raw_tp/mm_page_free, tp_btf/sys_enter+tp_btf/sys_exit";

    private const uint MostStacks = 16384;

    /// <summary>It in the catalogue.</summary>
    internal static ProfilerDefinition Definition { get; } = new ProfilerDefinition<MemoryOptions>(
        Name, Summary, MemoryOptions.Schema, (_, kernel, btf) => Lacks(kernel, btf),
        (options, launch) => Start(options with { Target = launch.Target, SplitsProcesses = launch.SplitsProcesses, Unwinder = launch.Unwinder }, launch.Symbols, launch.Kernel));

    /// <summary>What this kernel lacks for it; null when nothing.</summary>
    internal static Unsupported? Lacks(KernelFeatures kernel, KernelBtf? btf) => ProfilerNeeds.Lacks(kernel, btf, "mm_page_alloc", "mm_page_free", "sys_enter", "sys_exit");

    /// <summary>Loads the programs and attaches them.</summary>
    /// <param name="options">What is profiled.</param>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="kernel">What the kernel can do.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static HookedProfiler Start(MemoryOptions options, SymbolSource symbols, KernelFeatures kernel)
    {
        bool isHeld = options.Kind == MemoryKind.Held;
        var bpf = new MemoryBpf(BpfImages.Open(MemoryBpf.ObjectName))
        {
            PageBytes = (uint)Environment.SystemPageSize,
            Held = isHeld ? (byte)1 : (byte)0,
        };
        kernel.PreemptCount.SetKnobs(bpf.Object);
        bpf.Object.SetMapEntries("samples", MostStacks);
        bpf.Object.SetMapEntries("stacks", MostStacks);
        if (!isHeld)
            bpf.Object.SetMapEntries("pages", 1);
        var programs = new HookedPrograms(bpf.Object, Programs(options.Kind), options.Interval, MemoryOptions.MostInterval, options.MostStacks, Forget, options.Unwinder);
        return HookedProfiler.Start(programs, options.Target, (loaded, served) =>
            new ProfileRecorder(KindOf(options.Kind), loaded, 0, options.SplitsProcesses, symbols, Reasons, isHeld: isHeld) { Unwinding = served });
    }

    private static void Forget(BpfObject loaded)
    {
        var bpf = new MemoryBpf(loaded);
        bpf.Calls.Empty();
        bpf.Pages.Empty();
    }

    // What ends is seen before what begins.
    private static string[] Programs(MemoryKind kind) => kind switch
    {
        MemoryKind.Virtual => [MemoryBpf.Programs.MemoryExit, MemoryBpf.Programs.MemoryEnter],
        MemoryKind.Physical => [MemoryBpf.Programs.MemoryPageAlloc],
        _ => [MemoryBpf.Programs.MemoryPageFree, MemoryBpf.Programs.MemoryPageAlloc],
    };

    private static ProfileKind KindOf(MemoryKind kind) => kind switch
    {
        MemoryKind.Virtual => ProfileKind.VirtualSpace,
        MemoryKind.Physical => ProfileKind.AllocatedSpace,
        _ => ProfileKind.HeldSpace,
    };

    private static IEnumerable<Frame> Reasons(ProfileKey key)
    {
        yield return new Frame((MemoryReason)key.Reason switch
        {
            MemoryReason.Unmovable => "[pages: unmovable]",
            MemoryReason.Reclaimable => "[pages: reclaimable]",
            MemoryReason.Movable => "[pages: movable]",
            MemoryReason.Anonymous => "[mmap: anonymous]",
            MemoryReason.File => "[mmap: file]",
            MemoryReason.Brk => "[brk]",
            MemoryReason.Mremap => "[mremap]",
            _ => Frame.Unknown,
        }, "", FrameKind.Reason);
    }
}
