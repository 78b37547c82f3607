using System.Numerics;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Kallsyms;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.Profiling.Continuous;

/// <summary>The profilers that go on while the agent runs, on a thread of their own with a low priority.</summary>
internal sealed class ContinuousProfiling : IDisposable
{
    private const int FewestStacks = 4096, MostStacks = 65536;

    // Processes that live shorter than this may be gone when their stacks are to be named.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly ContinuousOptions _options;
    private readonly ProfileDocuments _output;
    private readonly Action<string> _warn;
    private readonly Func<ulong, Container?> _containerOf;
    private readonly OnlineCpus _online = new();
    private readonly List<ContinuousProfiler> _profilers = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private KernelSymbols? _symbols;

    /// <param name="options">The section <c>profiling</c>.</param>
    /// <param name="output">Where profiles go.</param>
    /// <param name="containerOf">The container that a cgroup is in.</param>
    /// <param name="time">Time.</param>
    /// <param name="warn">Told what goes wrong.</param>
    internal ContinuousProfiling(ContinuousOptions options, ProfileDocuments output, Func<ulong, Container?> containerOf, TimeProvider time, Action<string> warn)
    {
        (_options, _output, _containerOf, _warn) = (options, output, containerOf, warn);
        ContinuousKind[] kinds = [.. options.Profilers.Distinct()];
        foreach (ContinuousKind kind in kinds)
        {
            string name = kind == ContinuousKind.OnCpu ? OnCpuProfiler.Name : OffCpuProfiler.Name;
            var settings = new ContinuousSettings(name, options.Window, options.CpuBudget / 100 / kinds.Length, Environment.ProcessorCount, containerOf);
            _profilers.Add(new ContinuousProfiler(settings, () => Start(kind), new ProfilerCost(), time, Store, warn));
        }
        Metrics = new ContinuousSource([.. _profilers.Select(profiler => profiler.Counts)]);
        _thread = new Thread(Run) { IsBackground = true, Name = "huatuo-profile" };
    }

    /// <summary>What is told of it.</summary>
    internal IMetricSource Metrics { get; }

    /// <summary>Begins; once.</summary>
    internal void Begin() => _thread.Start();

    /// <summary>Ends it, and stores what is left; the sinks must still be there.</summary>
    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive)
            _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        LowPriority.Take();
        do
        {
            foreach (ContinuousProfiler profiler in _profilers)
                profiler.Step();
        }
        while (!_stop.Wait(s_interval));
        foreach (ContinuousProfiler profiler in _profilers)
            profiler.Stop();
    }

    private IContinuousProfiler Start(ContinuousKind kind)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        Linux.KernelRelease.TryRead(out Linux.KernelRelease release);
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        Unsupported? lacking = kind == ContinuousKind.OnCpu ? OnCpuProfiler.Lacks(kernel, btf) : OffCpuProfiler.Lacks(kernel, btf);
        if (lacking is not null)
            throw new BpfException("start", $"the profiler, which needs {lacking.Feature}: {lacking.Hint}", 0);
        _symbols ??= KernelSymbols.Load();
        return kind == ContinuousKind.OnCpu
            ? OnCpuProfiler.Start(new OnCpuOptions { Frequency = _options.Frequency, KernelStacks = KernelStacks }, _symbols, _online)
            : OffCpuProfiler.Start(new OffCpuOptions { MinDuration = _options.MinDuration }, _symbols, kernel);
    }

    // Two stacks of each sample of two seconds, if all are different: the thread may have to wait for a CPU.
    private int KernelStacks => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(_options.Frequency * Environment.ProcessorCount * 4, FewestStacks, MostStacks));

    private void Store(ContinuousProfiler profiler, Container? container, Profile profile) => _output.Emit(profiler.Name, container, profile);
}
