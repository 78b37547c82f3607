using System.Globalization;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Sampling;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OffCpu;

/// <summary><c>offcpu</c>: where tasks leave their CPU, for how long, why, and who woke them.</summary>
internal sealed class OffCpuProfiler : IContinuousProfiler
{
    /// <summary>What it is called.</summary>
    internal const string Name = "offcpu";

    /// <summary>One sentence on it.</summary>
    internal const string Summary = "Where time away from CPUs goes: blocked, and waiting for a CPU.";

    /// <summary>What it is hooked to.</summary>
    internal const string Rung = "tp_btf/sched_switch+tp_btf/sched_waking";

    // At least so long, and four times that at each level; most of what a wait costs is its stack, so half of those that may be brief are left out as well.
    private const long LevelNanoseconds = 1_000_000;

    // One of 64 waits of tasks that are new, or whose waits are brief.
    private const int PaceLevels = 7;
    private readonly OffcpuBpf _bpf;
    private readonly BpfObject _object;
    private readonly List<BpfLink> _links = [];
    private readonly ProfileRecorder _recorder;
    private readonly long _least;
    private readonly StackPace _pace;
    private int _level;

    private OffCpuProfiler(OffcpuBpf bpf, OffCpuOptions options, ProfileRecorder recorder)
    {
        (_bpf, _object, _least, _recorder) = (bpf, bpf.Object, options.MinDuration.Ticks * 100, recorder);
        _pace = new StackPace(options.MostStacks * (double)Environment.ProcessorCount, PaceLevels, TimeProvider.System);
    }

    /// <inheritdoc/>
    public Profile Profile => _recorder.Profile;

    /// <inheritdoc/>
    public ISplitRecorder Recorder => _recorder;

    /// <inheritdoc/>
    public BpfObject Loaded => _object;

    /// <summary>Each tells only waits four times as long as the one before, and draws half as many that may be brief.</summary>
    public int Levels => 6;

    /// <summary>It in the catalogue.</summary>
    internal static ProfilerDefinition Definition { get; } = new ProfilerDefinition<OffCpuOptions>(
        Name, Summary, OffCpuOptions.Schema, (_, kernel, btf) => Lacks(kernel, btf),
        (options, launch) => Start(options with { Target = launch.Target, SplitsProcesses = launch.SplitsProcesses, Unwinder = launch.Unwinder }, launch.Symbols, launch.Kernel));

    /// <summary>What this kernel lacks for it; null when nothing.</summary>
    internal static Unsupported? Lacks(KernelFeatures kernel, KernelBtf? btf) => ProfilerNeeds.Lacks(kernel, btf, "sched_switch", "sched_waking");

    /// <summary>Loads the programs and attaches them.</summary>
    /// <param name="options">What is told.</param>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="kernel">What the kernel can do.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static OffCpuProfiler Start(OffCpuOptions options, SymbolSource symbols, KernelFeatures kernel)
    {
        var bpf = new OffcpuBpf(BpfImages.Open(OffcpuBpf.ObjectName))
        {
            Tgid = options.Target.Tgid,
            Tid = options.Target.Tid,
            CgroupId = options.Target.CgroupId,
            Seed = (ulong)Random.Shared.NextInt64(),
            MinNs = (ulong)options.MinDuration.Ticks * 100,
            Phases = (uint)options.Phases,
        };
        kernel.PreemptCount.SetKnobs(bpf.Object);
        OffCpuProfiler? profiler = null;
        Unwinder.Served? served = null;
        try
        {
            Unwinder.Prepare(bpf.Object, options.Unwinder);
            CpuTarget.Set(bpf.Object, options.Target);
            bpf.Object.Load();
            CpuTarget.Fill(bpf.Object, options.Target);
            served = options.Unwinder?.Serve(bpf.Object, options.Target);
            var recorder = new ProfileRecorder(ProfileKind.OffCpu, bpf.Object, 0, options.SplitsProcesses, symbols, key => Reasons(key, options.SplitsProcesses)) { Unwinding = served };
            profiler = new OffCpuProfiler(bpf, options, recorder);
            profiler.Attach();
            return profiler;
        }
        catch
        {
            profiler?.Detach();
            served?.Dispose();
            bpf.Object.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void SetLevel(int level)
    {
        _recorder.Take();
        _level = level;
        Draw();
    }

    /// <inheritdoc/>
    public void Pause() => Stop();

    /// <inheritdoc/>
    public void Resume()
    {
        // Who left before the pause may have been back and away again.
        _bpf.Away.Empty();
        Attach();
    }

    /// <inheritdoc/>
    public void Take()
    {
        _recorder.Take();
        if (_pace.Take(Profile.Kernel.Stacks))
            Draw();
    }

    /// <inheritdoc/>
    public TimeSpan Look() => _recorder.Look();

    /// <inheritdoc/>
    public void Stop()
    {
        Detach();
        _recorder.Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Detach();
        _recorder.Unwinding?.Dispose();
        _object.Dispose();
    }

    private void Draw() => _bpf.Paces.Set(0, new OffcpuPace
    {
        LeastNs = _level == 0 ? 0 : (ulong)(Math.Max(_least, LevelNanoseconds) << (2 * _level)),
        Shift = (uint)Math.Max(_pace.Level, _level),
    });

    private void Attach()
    {
        // First who wakes: who left before that is seen has a wake-up that is not.
        foreach (string program in (ReadOnlySpan<string>)[OffcpuBpf.Programs.OffcpuWaking, OffcpuBpf.Programs.OffcpuSwitch])
            _links.Add(_object.Attach(program));
    }

    private void Detach()
    {
        _links.ForEach(link => link.Dispose());
        _links.Clear();
    }

    // The reason is the innermost frame, so that time of one reason is found by its name.
    private static IEnumerable<Frame> Reasons(ProfileKey key, bool tellsNumber)
    {
        if (ProfileRecorder.Name(key.Waker) is { Length: > 0 } waker)
            yield return Reason(tellsNumber && key.WakerTgid > 0 ? string.Create(CultureInfo.InvariantCulture, $"[woken by {waker} ({key.WakerTgid})]") : $"[woken by {waker}]");
        yield return Reason((OffcpuReason)key.Reason switch
        {
            OffcpuReason.Interruptible => "[blocked: interruptible]",
            OffcpuReason.Uninterruptible => "[blocked: uninterruptible]",
            OffcpuReason.Io => "[blocked: I/O]",
            OffcpuReason.Woken => "[runqueue: woken]",
            OffcpuReason.Preempted => "[runqueue: preempted]",
            _ => Frame.Unknown,
        });
    }

    private static Frame Reason(string text) => new(text, "", FrameKind.Reason);
}
