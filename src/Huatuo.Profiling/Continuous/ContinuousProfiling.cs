using Huatuo.Bpf.Abi;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Metrics;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Continuous;

/// <summary>The profilers that go on while the agent runs, on a thread of their own with a low priority.</summary>
internal sealed class ContinuousProfiling : IDisposable
{
    private readonly ProfileDocuments _output;
    private readonly Unwinder? _unwinder;
    private readonly ContinuousStart _start;
    private readonly ManualResetEventSlim _stop = new();
    private readonly ContinuousTurns _turns;
    private readonly Thread _thread;

    /// <param name="options">The section <c>profiling</c>.</param>
    /// <param name="output">Where profiles go.</param>
    /// <param name="containerOf">The container that a cgroup is in.</param>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="time">Time.</param>
    /// <param name="warn">Told what goes wrong.</param>
    internal ContinuousProfiling(ContinuousOptions options, ProfileDocuments output, Func<ulong, Container?> containerOf, SymbolSource symbols, TimeProvider time, Action<string> warn)
    {
        _output = output;
        _unwinder = options.Unwind == UnwindMode.Pointers ? null : new Unwinder(options.Unwind, options.UnwindBytes.Bytes, time);
        _start = new ContinuousStart(options, _unwinder, symbols);
        ContinuousKind[] kinds = [.. options.Profilers.Distinct()];
        List<ContinuousProfiler> profilers = [];
        foreach (ContinuousKind kind in kinds)
        {
            var settings = new ContinuousSettings(ContinuousStart.Name(kind), options.Window, options.CpuBudget / 100 / kinds.Length, Environment.ProcessorCount, containerOf);
            profilers.Add(new ContinuousProfiler(settings, () => _start.Start(kind), new ProfilerCost(), time, Store, warn));
        }
        Metrics = new ContinuousSource([.. profilers.Select(profiler => profiler.Counts)], _unwinder);
        _turns = new ContinuousTurns(profilers, time, _stop.Wait);
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
        _unwinder?.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        LowPriority.Take();
        _turns.Run();
    }

    private void Store(ContinuousProfiler profiler, Container? container, Profile profile) => _output.Emit(profiler.Name, container, profile);
}
