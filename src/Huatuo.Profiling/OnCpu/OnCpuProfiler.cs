using System.Numerics;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.PerfEvents;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Sampling;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OnCpu;

/// <summary><c>oncpu</c>: what each CPU runs, asked by a timer on it, or by its counter of cycles. CPUs that come online are asked from the next <see cref="Take"/> on.</summary>
internal sealed class OnCpuProfiler : IContinuousProfiler
{
    /// <summary>What it is called.</summary>
    internal const string Name = "oncpu";

    /// <summary>One sentence on it.</summary>
    internal const string Summary = "Where time on CPUs goes, by a timer on each, or their cycles.";

    /// <summary>What the time between two samples is counted by.</summary>
    internal const string Rung = "perf_event/cpu-clock";

    private const int FewestStacks = 4096, MostStacks = 65536;

    private readonly BpfObject _object;
    private readonly Func<int, CpuSamplers> _start;
    private readonly OnCpuOptions _options;
    private readonly ProfileRecorder _recorder;
    private CpuSamplers _samplers;
    private int _frequency;
    private bool _isStopped;

    private OnCpuProfiler(BpfObject loaded, CpuSamplers samplers, Func<int, CpuSamplers> start, OnCpuOptions options, ProfileRecorder recorder)
    {
        (_object, _samplers, _start, _options, _recorder) = (loaded, samplers, start, options, recorder);
        _frequency = options.Frequency;
    }

    /// <inheritdoc/>
    public Profile Profile => _recorder.Profile;

    /// <inheritdoc/>
    public ISplitRecorder Recorder => _recorder;

    /// <inheritdoc/>
    public BpfObject Loaded => _object;

    /// <summary>Each half as often as the one before.</summary>
    public int Levels => BitOperations.Log2((uint)_options.Frequency) + 1;

    /// <summary>It in the catalogue.</summary>
    internal static ProfilerDefinition Definition { get; } = new ProfilerDefinition<OnCpuOptions>(
        Name, Summary, OnCpuOptions.Schema, (options, kernel, btf) => Lacks(kernel, btf, options.Event),
        (options, launch) => Start(options with { Target = launch.Target, SplitsProcesses = launch.SplitsProcesses, Unwinder = launch.Unwinder }, launch.Symbols, new OnlineCpus()))
    {
        Aliases = ["perf"],
    };

    /// <summary>What this kernel lacks for it; null when nothing.</summary>
    internal static Unsupported? Lacks(KernelFeatures kernel, KernelBtf? btf, CpuEvent @event = CpuEvent.Clock) => ProfilerNeeds.Lacks(kernel, btf) ?? Hook.LacksPerfEvents(kernel)
        ?? (@event == CpuEvent.Clock || kernel.Cycles ? null : new Unsupported("a counter of cycles", "", "CPUs here have none that can be used, as those of most virtual machines; the event cpu-clock needs none"));

    /// <summary>Loads the program and starts the timers or counters.</summary>
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
            Cycles = options.Event == CpuEvent.Cycles ? 1u : 0,
        };
        CpuSamplers? samplers = null;
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
            served = options.Unwinder?.Serve(bpf.Object, options.Target);
            ProfileKind kind = options.Event == CpuEvent.Cycles ? ProfileKind.Cycles : ProfileKind.OnCpu;
            var recorder = new ProfileRecorder(kind, bpf.Object, PeriodNanoseconds(options.Event, options.Frequency), options.SplitsProcesses, symbols, _ => []) { Unwinding = served };
            BpfProgram program = bpf.Object.LoadedPrograms().Single();
            CpuSamplers Samplers(int frequency) => new(
                cpu => options.Event == CpuEvent.Cycles ? CpuSampler.StartCycles(cpu, frequency, program) : CpuSampler.StartClock(cpu, Period(frequency), program),
                options.Target.Cpus,
                online);
            samplers = Samplers(options.Frequency);
            samplers.Follow();
            return new OnCpuProfiler(bpf.Object, samplers, Samplers, options, recorder);
        }
        catch
        {
            samplers?.Dispose();
            served?.Dispose();
            bpf.Object.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Take()
    {
        if (!_isStopped)
            _samplers.Follow();
        _recorder.Take();
    }

    /// <inheritdoc/>
    public TimeSpan Look() => _recorder.Look();

    /// <inheritdoc/>
    public void SetLevel(int level)
    {
        Pause();
        _frequency = Math.Max(_options.Frequency >> level, 1);
        _recorder.PeriodNanoseconds = PeriodNanoseconds(_options.Event, _frequency);
        Resume();
    }

    /// <inheritdoc/>
    public void Pause() => Stop();

    /// <inheritdoc/>
    public void Resume()
    {
        _samplers = _start(_frequency);
        _isStopped = false;
        _samplers.Follow();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _isStopped = true;
        _samplers.Dispose();
        _recorder.Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _samplers.Dispose();
        _recorder.Unwinding?.Dispose();
        _object.Dispose();
    }

    // How many cycles a sample stands for, it tells itself.
    private static long PeriodNanoseconds(CpuEvent @event, int frequency) => @event == CpuEvent.Cycles ? 0 : Period(frequency).Ticks * 100;

    private static TimeSpan Period(int frequency) => TimeSpan.FromSeconds(1.0 / frequency);
}
