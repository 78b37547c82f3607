using System.Numerics;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Sampling;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OnCpu;

/// <summary><c>oncpu</c>: what each CPU runs, asked by a timer on it. CPUs that come online are asked from the next <see cref="Take"/> on.</summary>
internal sealed class OnCpuProfiler : IContinuousProfiler
{
    /// <summary>What it is called.</summary>
    internal const string Name = "oncpu";

    /// <summary>One sentence on it.</summary>
    internal const string Summary = "Where time on CPUs goes, by a timer on each.";

    /// <summary>What the time between two samples is counted by.</summary>
    internal const string Rung = "perf_event/cpu-clock";

    private const int FewestStacks = 4096, MostStacks = 65536;

    private readonly BpfObject _object;
    private readonly Func<TimeSpan, CpuClocks> _start;
    private readonly int _frequency;
    private readonly ProfileRecorder _recorder;
    private CpuClocks _clocks;
    private TimeSpan _period;
    private bool _isStopped;

    private OnCpuProfiler(BpfObject loaded, CpuClocks clocks, Func<TimeSpan, CpuClocks> start, int frequency, ProfileRecorder recorder)
    {
        (_object, _clocks, _start, _frequency, _recorder) = (loaded, clocks, start, frequency, recorder);
        _period = Period(frequency);
    }

    /// <inheritdoc/>
    public Profile Profile => _recorder.Profile;

    /// <inheritdoc/>
    public ISplitRecorder Recorder => _recorder;

    /// <inheritdoc/>
    public BpfObject Loaded => _object;

    /// <summary>Each half as often as the one before.</summary>
    public int Levels => BitOperations.Log2((uint)_frequency) + 1;

    /// <summary>It in the catalogue.</summary>
    internal static ProfilerDefinition Definition { get; } = new ProfilerDefinition<OnCpuOptions>(
        Name, Summary, OnCpuOptions.Schema, (_, kernel, btf) => Lacks(kernel, btf),
        (options, launch) => Start(options with { Target = launch.Target, SplitsProcesses = launch.SplitsProcesses, Unwinder = launch.Unwinder }, launch.Symbols, new OnlineCpus()))
    {
        Aliases = ["perf"],
    };

    /// <summary>What this kernel lacks for it; null when nothing.</summary>
    internal static Unsupported? Lacks(KernelFeatures kernel, KernelBtf? btf) => ProfilerNeeds.Lacks(kernel, btf) ?? Hook.LacksPerfEvents(kernel);

    /// <summary>Loads the program and starts the timers.</summary>
    /// <param name="options">What is sampled.</param>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="online">Which CPUs run.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static OnCpuProfiler Start(OnCpuOptions options, SymbolSource symbols, OnlineCpus online)
    {
        var bpf = new OncpuBpf(BpfImages.Open(OncpuBpf.ObjectName))
        {
            Tgid = options.Target.Tgid,
            Tid = options.Target.Tid,
            CgroupId = options.Target.CgroupId,
            Seed = (ulong)Random.Shared.NextInt64(),
        };
        CpuClocks? clocks = null;
        Unwinder.Served? served = null;
        try
        {
            // Two stacks of each sample of half a second, if all are different.
            long stacks = Math.Clamp((long)options.Frequency * online.Read().Count, FewestStacks, MostStacks);
            uint entries = options.KernelStacks > 0 ? (uint)options.KernelStacks : (uint)BitOperations.RoundUpToPowerOf2((ulong)stacks);
            bpf.Object.SetMapEntries("samples", entries);
            bpf.Object.SetMapEntries("stacks", entries);
            Unwinder.Prepare(bpf.Object, options.Unwinder);
            bpf.Object.Load();
            TimeSpan period = Period(options.Frequency);
            served = options.Unwinder?.Serve(bpf.Object, options.Target);
            var recorder = new ProfileRecorder(ProfileKind.OnCpu, bpf.Object, period.Ticks * 100, options.SplitsProcesses, symbols, _ => []) { Unwinding = served };
            BpfProgram program = bpf.Object.LoadedPrograms().Single();
            CpuClocks Clocks(TimeSpan every) => new(program, every, options.Target.Cpus, online);
            clocks = Clocks(period);
            clocks.Follow();
            return new OnCpuProfiler(bpf.Object, clocks, Clocks, options.Frequency, recorder);
        }
        catch
        {
            clocks?.Dispose();
            served?.Dispose();
            bpf.Object.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Take()
    {
        if (!_isStopped)
            _clocks.Follow();
        _recorder.Take();
    }

    /// <inheritdoc/>
    public TimeSpan Look() => _recorder.Look();

    /// <inheritdoc/>
    public void SetLevel(int level)
    {
        Pause();
        _period = Period(Math.Max(_frequency >> level, 1));
        _recorder.PeriodNanoseconds = _period.Ticks * 100;
        Resume();
    }

    /// <inheritdoc/>
    public void Pause() => Stop();

    /// <inheritdoc/>
    public void Resume()
    {
        _clocks = _start(_period);
        _isStopped = false;
        _clocks.Follow();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _isStopped = true;
        _clocks.Dispose();
        _recorder.Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clocks.Dispose();
        _recorder.Unwinding?.Dispose();
        _object.Dispose();
    }

    private static TimeSpan Period(int frequency) => TimeSpan.FromSeconds(1.0 / frequency);
}
