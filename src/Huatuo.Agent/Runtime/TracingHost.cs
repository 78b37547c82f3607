using Huatuo.Agent.Configuration;
using Huatuo.AutoTracing;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Flow;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Sources;
using Huatuo.Linux;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Clock;
using Huatuo.Linux.Kallsyms;
using Huatuo.Linux.Namespaces;
using Huatuo.Profiling;
using Huatuo.Profiling.Catalog;
using Huatuo.Runtimes;

namespace Huatuo.Agent.Runtime;

/// <summary>
/// Puts the flow together: kernel, pump, enrichment, tracers, sinks. Disposing goes the way of the events: detach and
/// drain the tracers, end the pump, drain the sinks.
/// </summary>
internal sealed class TracingHost : IAsyncDisposable
{
    private readonly RingPump _pump;
    private readonly SlowLane _slow = new();
    private readonly CgroupResolver _cgroups;
    private readonly NetnsIndex _netns;
    private readonly ReverseDns _names;
    private readonly IReadOnlyList<IEventSink> _sinks;
    private readonly SystemRoots _roots;
    private readonly TracerEnvironment _environment;
    private readonly TaskCompletionSource<bool> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _starting;
    private volatile IReadOnlyList<IMetricSource> _page = [];
    private bool _disposed;

    private TracingHost(AgentConfig config, IEnumerable<TracerDefinition> tracers, IReadOnlyList<IEventSink> sinks, string source, AgentLog log, TimeProvider time, SystemRoots roots, Action<CaptureProgress>? progress)
    {
        _sinks = sinks;
        _roots = roots;
        _pump = new RingPump(time);
        CgroupMounts mounts = CgroupMounts.Load();
        _cgroups = new CgroupResolver(mounts);
        var registry = new ContainerRegistry(_cgroups, mounts, config.Options.Containers, time, log.Warn);
        Containers = new ContainerTracking(registry, mounts, time);
        Names = [.. RuntimeSet.Of(config.Options.Runtimes, config.Options.Kubelet).Select(runtime => new RuntimeLoop(runtime, registry, time, log.Warn))];
        _netns = new NetnsIndex(time: time);
        _names = new ReverseDns(config.Options.ReverseDns, time);
        Symbols = new SymbolSource(() => LoadSymbols(log), time);

        var clock = new KernelClock();
        var services = new TracerServices(
            new EnumNames(KernelBtf.TryOpen), new StackTable(Symbols), new EventIdentity(registry, _netns, mounts), _names, source)
        {
            Drops = new RecentDrops(_pump.CatchUpAsync, clock),
            Roots = roots,
            Containers = registry,
            MetricsOf = WriteMetrics,
            Page = () => _page,
            Progress = progress ?? (_ => { }),
        };
        _environment = new TracerEnvironment(
            _pump, services, sinks, new Origin(Environment.MachineName, config.Options.Region),
            clock, new OnlineCpus(), time, log)
        {
            Slow = _slow,
        };
        Rule[] rules = [.. config.Rules.Select(configured => configured.Rule)];
        Runners = [.. tracers.Select(tracer => new TracerRunner(
            tracer, (TracerOptions)config.Tracer(tracer.Name), new RuleSet(tracer.Name, rules), _environment))];
        _page =
        [
            .. MetricTracerSource.Of(Runners),
            new TracerSource(Runners),
            new LedgerSource([.. Runners.Where(runner => runner.Definition.Kind != TracerKind.Metric).Select(runner => runner.Ledger)]),
            new AutoTraceSource(Runners),
        ];
        _starting = Task.Run(StartRunnersAsync);
    }

    /// <summary>All tracers, those that do not run included.</summary>
    internal IReadOnlyList<TracerRunner> Runners { get; }

    /// <summary>Cgroups and containers.</summary>
    internal ContainerTracking Containers { get; }

    /// <summary>Who is asked for the containers' names.</summary>
    internal IReadOnlyList<RuntimeLoop> Names { get; }

    /// <summary>The kernel's symbols.</summary>
    internal SymbolSource Symbols { get; }

    /// <summary>Lets triggers ask for all metrics that are served, not those of tracers alone; before <see cref="Begin"/>.</summary>
    /// <param name="sources">They, used by one thread at a time, beside scrapes.</param>
    internal void ReplacePage(IReadOnlyList<IMetricSource> sources) => _page = sources;

    /// <summary>Lets the tracers load; may be called again.</summary>
    internal void Begin() => _begun.TrySetResult(true);

    /// <summary>Completes when the pump has gone round once more.</summary>
    internal Task IsAliveAsync() => _pump.CatchUpAsync();

    /// <summary>Makes the tracers and asks the kernel; they load from <see cref="Begin"/> on, and each settles in its own time.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="tracers">Which tracers.</param>
    /// <param name="sinks">Where documents go; drained and disposed with this.</param>
    /// <param name="source">The value of <c>source</c> in documents.</param>
    /// <param name="log">Where to tell what happens.</param>
    /// <param name="time">Time.</param>
    /// <param name="roots">Where the kernel's file systems are, if not in their usual places.</param>
    /// <param name="progress">Told how far pictures of auto-tracers are.</param>
    internal static TracingHost Start(AgentConfig config, IEnumerable<TracerDefinition> tracers, IReadOnlyList<IEventSink> sinks, string source, AgentLog log, TimeProvider time, SystemRoots? roots = null, Action<CaptureProgress>? progress = null) =>
        new(config, tracers, sinks, source, log, time, roots ?? SystemRoots.Host, progress);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        _begun.TrySetResult(false);
        await _starting.ConfigureAwait(false);
        await Task.WhenAll(Runners.Select(runner => runner.DisposeAsync().AsTask())).ConfigureAwait(false);
        _pump.Dispose();
        await _slow.DisposeAsync().ConfigureAwait(false);
        foreach (IEventSink sink in _sinks)
            await sink.DisposeAsync().ConfigureAwait(false);
        await _names.DisposeAsync().ConfigureAwait(false);
        await _netns.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(Names.Select(names => names.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Containers.DisposeAsync().ConfigureAwait(false);
        _cgroups.Dispose();
    }

    /// <summary>Starts a tracer that does not run; false when its state does not allow it.</summary>
    internal Task<bool> StartAgainAsync(TracerRunner runner) => Task.Run(async () =>
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        return await runner.StartAgainAsync(AskKernel(btf), btf).ConfigureAwait(false);
    });

    /// <summary>Gives a tracer other options, with which it is started again.</summary>
    internal Task ReplaceAsync(TracerRunner runner, TracerOptions options) => Task.Run(async () =>
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        await runner.ReplaceAsync(options, AskKernel(btf), btf).ConfigureAwait(false);
    });

    /// <summary>Gives what makes other rules hold for all tracers.</summary>
    /// <exception cref="ArgumentException">They cannot hold.</exception>
    internal Action TakeRules(IReadOnlyList<ConfiguredRule> configured)
    {
        Rule[] rules = [.. configured.Select(one => one.Rule)];
        RuleSet[] sets = [.. Runners.Select(runner => new RuleSet(runner.Definition.Name, rules))];
        return () =>
        {
            for (int i = 0; i < sets.Length; i++)
                Runners[i].ReplaceRules(sets[i]);
        };
    }

    /// <summary>Starts a run of a tracer beside that of the agent; its events go to one sink, and no rule ignores any.</summary>
    /// <param name="definition">The tracer.</param>
    /// <param name="options">Its options.</param>
    /// <param name="sink">Where its documents go.</param>
    /// <returns>The run, to be disposed of before this.</returns>
    internal Task<TracerRunner> StartTaskAsync(EventTracerDefinition definition, EventTracerOptions options, IEventSink sink) => Task.Run(() =>
    {
        TracerServices services = _environment.Services;
        // What is shared with the agent's run of the same tracer would be told twice.
        services = services with { Source = "tools", Stacks = new StackTable(Symbols), Drops = new RecentDrops(_pump.CatchUpAsync, _environment.Clock) };
        var runner = new TracerRunner(definition, options, new RuleSet(definition.Name, []), _environment with { Sinks = [sink], Services = services });
        using KernelBtf? btf = KernelBtf.TryOpen();
        runner.Start(AskKernel(btf), btf);
        return runner;
    });

    /// <summary>Starts a profiler, to be disposed of before this.</summary>
    /// <exception cref="IOException">The kernel refuses, or lacks something.</exception>
    internal Task<IProfiler> StartProfileAsync(ProfileOrder order) => Task.Run(async () =>
    {
        await Symbols.ReadyAsync().ConfigureAwait(false);
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelFeatures kernel = AskKernel(btf);
        if (order.Lacks(kernel, btf) is { } lacking)
            throw new IOException($"needs {lacking.Feature}; {lacking.Hint}");
        return order.Start(Symbols, kernel, TimeProvider.System);
    });

    private bool WriteMetrics(string tracer, MetricWriter writer)
    {
        if (Runners.FirstOrDefault(runner => runner.Definition.Name == tracer) is not { State: TracerState.Running } running)
            return false;
        running.WriteMetrics(writer);
        return true;
    }

    private KernelFeatures AskKernel(KernelBtf? btf)
    {
        KernelRelease.TryRead(out KernelRelease release);
        return KernelFeatures.Probe(release, btf) with { Roots = _roots };
    }

    // Asking the kernel takes some 30 ms, loading keeps the CPUs busy: metrics and health are served first.
    private async Task StartRunnersAsync()
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelFeatures kernel = AskKernel(btf);
        if (!await _begun.Task.ConfigureAwait(false))
            return;
        foreach (TracerRunner runner in Runners)
            runner.Start(kernel, btf);
    }

    private static KernelSymbols LoadSymbols(AgentLog log)
    {
        KernelSymbols symbols = KernelSymbols.Load();
        if (symbols.State != SymbolsState.Ok)
            log.Warn(symbols.Note);
        return symbols;
    }
}
