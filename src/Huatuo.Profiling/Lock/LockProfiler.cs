using System.Globalization;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Lock;

/// <summary><c>lock</c>: who waits for a lock, for how long, and for whom.</summary>
internal static class LockProfiler
{
    /// <summary>What it is called.</summary>
    internal const string Name = "lock";

    /// <summary>One sentence on it.</summary>
    internal const string Summary = "Who waits for locks, of the kernel and of programs, and for whom.";

    /// <summary>What it is hooked to.</summary>
    internal const string Rung = "raw_tp/contention_begin+raw_tp/contention_end, tp_btf/sys_enter+tp_btf/sys_exit+tp_btf/sched_waking";

    /// <summary>What it is hooked to where the kernel's own locks tell nothing.</summary>
    internal const string FutexRung = "tp_btf/sys_enter+tp_btf/sys_exit+tp_btf/sched_waking";

    private const uint MostStacks = 16384;

    /// <summary>It in the catalogue.</summary>
    internal static ProfilerDefinition Definition { get; } = new ProfilerDefinition<LockOptions>(
        Name, Summary, LockOptions.Schema, (options, kernel, btf) => Lacks(kernel, btf, options.Kinds),
        (options, launch) => Start(options with { Target = launch.Target, SplitsProcesses = launch.SplitsProcesses, Unwinder = launch.Unwinder }, launch.Symbols, launch.Kernel));

    /// <summary>What this kernel lacks for some locks; null when nothing.</summary>
    internal static Unsupported? Lacks(KernelFeatures kernel, KernelBtf? btf, LockKinds kinds)
    {
        Unsupported? missing = ProfilerNeeds.Lacks(kernel, btf, "sys_enter", "sys_exit", "sched_waking");
        if (missing is null && kinds == LockKinds.Kernel && !TellsKernel(btf))
            missing = new Unsupported("lock:contention_begin", "5.19", "this kernel does not tell of its own locks; --kind futex does without");
        return missing;
    }

    /// <summary>What is not told on a kernel that has the rest; null when nothing.</summary>
    internal static Unsupported? LeavesOut(KernelBtf? btf) =>
        TellsKernel(btf) ? null : new Unsupported("without lock:contention_begin", "5.19", "only waits of programs are told");

    /// <summary>Loads the programs and attaches them.</summary>
    /// <param name="options">What is profiled.</param>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="kernel">What the kernel can do.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static HookedProfiler Start(LockOptions options, SymbolSource symbols, KernelFeatures kernel)
    {
        var bpf = new LockBpf(BpfImages.Open(LockBpf.ObjectName))
        {
            MinNs = (ulong)options.MinDuration.Ticks * 100,
        };
        kernel.PreemptCount.SetKnobs(bpf.Object);
        bpf.Object.SetMapEntries("samples", MostStacks);
        bpf.Object.SetMapEntries("stacks", MostStacks);
        LockKinds kinds = HasKernel() ? options.Kinds : options.Kinds & ~LockKinds.Kernel;
        var programs = new HookedPrograms(bpf.Object, Programs(kinds), Math.Max(1, options.Interval.Ticks * 100), LockOptions.MostInterval.Ticks * 100, options.MostStacks, Forget, options.Unwinder);
        return HookedProfiler.Start(programs, options.Target, (loaded, served) =>
            new ProfileRecorder(ProfileKind.Lock, loaded, 0, options.SplitsProcesses, symbols, key => Reasons(key, options.SplitsProcesses)) { Unwinding = served });
    }

    private static void Forget(BpfObject loaded)
    {
        var bpf = new LockBpf(loaded);
        bpf.Waits.Empty();
        bpf.Futexes.Empty();
    }

    private static bool HasKernel()
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        return TellsKernel(btf);
    }

    private static bool TellsKernel(KernelBtf? btf) => btf is not null && btf.HasTracepoint("contention_begin") && btf.HasTracepoint("contention_end");

    // What ends is seen before what begins.
    private static List<string> Programs(LockKinds kinds)
    {
        List<string> programs = [];
        if (kinds.HasFlag(LockKinds.Kernel))
            programs.AddRange([LockBpf.Programs.LockEnd, LockBpf.Programs.LockBegin]);
        if (kinds.HasFlag(LockKinds.Futex))
            programs.AddRange([LockBpf.Programs.LockFutexEnd, LockBpf.Programs.LockWaking, LockBpf.Programs.LockFutex]);
        return programs;
    }

    private static IEnumerable<Frame> Reasons(ProfileKey key, bool tellsNumber)
    {
        bool isFutex = key.Reason >= (uint)LockReason.Futex;
        if (ProfileRecorder.Name(key.Waker) is { Length: > 0 } other)
        {
            string number = tellsNumber && key.WakerTgid > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({key.WakerTgid})") : "";
            yield return Reason($"[{(isFutex ? "released" : "held")} by {other}{number}]");
        }
        yield return Reason(isFutex ? FutexName((LockReason)key.Reason) : KernelName((LockKind)key.Reason));
    }

    private static string FutexName(LockReason reason) => reason switch
    {
        LockReason.Futex => "[futex: wait]",
        LockReason.FutexBitset => "[futex: wait bitset]",
        LockReason.FutexPi => "[futex: lock pi]",
        LockReason.FutexRequeue => "[futex: wait requeue]",
        LockReason.FutexWaitv => "[futex: wait for several]",
        _ => Frame.Unknown,
    };

    private static string KernelName(LockKind kind) => kind switch
    {
        LockKind.Spinlock => "[spinlock]",
        LockKind.RwlockRead => "[rwlock: read]",
        LockKind.RwlockWrite => "[rwlock: write]",
        LockKind.Mutex => "[mutex]",
        LockKind.RwsemRead => "[rwsem: read]",
        LockKind.RwsemWrite => "[rwsem: write]",
        LockKind.PercpuRwsemRead => "[percpu-rwsem: read]",
        LockKind.PercpuRwsemWrite => "[percpu-rwsem: write]",
        LockKind.Rtmutex => "[rtmutex]",
        _ => "[semaphore]",
    };

    private static Frame Reason(string text) => new(text, "", FrameKind.Reason);
}
