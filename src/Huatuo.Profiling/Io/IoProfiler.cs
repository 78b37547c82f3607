using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Io;

/// <summary><c>io</c>: who reads and writes, how much, for how long, on which disk or in which file.</summary>
internal static class IoProfiler
{
    /// <summary>What it is called.</summary>
    internal const string Name = "io";

    /// <summary>One sentence on it.</summary>
    internal const string Summary = "Who reads and writes, on which disk or in which file: time and bytes.";

    /// <summary>What it is hooked to.</summary>
    internal const string Rung = "raw_tp/block_bio_queue+raw_tp/block_rq_complete, tp_btf/sys_enter+tp_btf/sys_exit+tp_btf/sched_process_exit";

    private const uint MostStacks = 16384;

    /// <summary>It in the catalogue.</summary>
    internal static ProfilerDefinition Definition { get; } = new ProfilerDefinition<IoOptions>(
        Name, Summary, IoOptions.Schema, (_, kernel, btf) => Lacks(kernel, btf),
        (options, launch) => Start(options with { Target = launch.Target, SplitsProcesses = launch.SplitsProcesses, Unwinder = launch.Unwinder }, launch.Symbols, launch.Kernel));

    /// <summary>What this kernel lacks for it; null when nothing.</summary>
    internal static Unsupported? Lacks(KernelFeatures kernel, KernelBtf? btf) =>
        ProfilerNeeds.Lacks(kernel, btf, "block_bio_queue", "block_split", "block_rq_complete", "block_bio_complete", "sys_enter", "sys_exit", "sched_process_exit");

    /// <summary>Loads the programs and attaches them.</summary>
    /// <param name="options">What is profiled.</param>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="kernel">What the kernel can do.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static HookedProfiler Start(IoOptions options, SymbolSource symbols, KernelFeatures kernel)
    {
        bool isBlock = options.Layer == IoLayer.Block;
        var bpf = new IoBpf(BpfImages.Open(IoBpf.ObjectName))
        {
            MinNs = (ulong)options.MinDuration.Ticks * 100,
        };
        kernel.PreemptCount.SetKnobs(bpf.Object);
        bpf.Object.SetMapEntries("samples", MostStacks);
        bpf.Object.SetMapEntries("stacks", MostStacks);
        foreach (string unused in isBlock ? (ReadOnlySpan<string>)["calls", "files"] : ["bios"])
            bpf.Object.SetMapEntries(unused, 1);
        ProfileKind kind = options.Weight == ProfileUnit.Bytes ? ProfileKind.IoBytes : ProfileKind.IoTime;
        var programs = new HookedPrograms(bpf.Object, Programs(isBlock), options.Interval, IoOptions.MostInterval, options.MostStacks, Forget, options.Unwinder);
        return HookedProfiler.Start(programs, options.Target, (loaded, served) =>
        {
            var names = new FileNames(new IoBpf(loaded).Files);
            return new ProfileRecorder(kind, loaded, 0, options.SplitsProcesses, symbols, key => Reasons(key, isBlock, names)) { Unwinding = served };
        });
    }

    private static void Forget(BpfObject loaded)
    {
        var bpf = new IoBpf(loaded);
        bpf.Calls.Empty();
        bpf.Bios.Empty();
    }

    /// <summary>What is attached, in this order: what ends is seen before what begins.</summary>
    internal static string[] Programs(bool isBlock)
    {
        if (!isBlock)
            return [IoBpf.Programs.IoThreadExit, IoBpf.Programs.IoExit, IoBpf.Programs.IoEnter];
        bool isOld = HasQueueFirst();
        return
        [
            IoBpf.Programs.IoComplete,
            IoBpf.Programs.IoBioComplete,
            isOld ? IoBpf.Programs.IoSplitV511 : IoBpf.Programs.IoSplit,
            isOld ? IoBpf.Programs.IoQueueV511 : IoBpf.Programs.IoQueue,
        ];
    }

    // Until 5.11 (include/trace/events/block.h).
    private static bool HasQueueFirst()
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        return btf?.TracepointArguments("block_bio_queue") == 2;
    }

    private static IEnumerable<Frame> Reasons(ProfileKey key, bool isBlock, FileNames names)
    {
        yield return Reason(isBlock ? $"[disk {ProfileRecorder.Name(key.Waker)}]" : names.Of(key));
        yield return Reason((IoReason)key.Reason switch
        {
            IoReason.Read => "[read]",
            IoReason.Write => "[write]",
            IoReason.Flush => "[flush]",
            IoReason.Discard => "[discard]",
            IoReason.Copy => "[copy]",
            IoReason.Other => "[other]",
            _ => Frame.Unknown,
        });
    }

    private static Frame Reason(string text) => new(text, "", FrameKind.Reason);
}
