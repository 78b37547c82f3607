using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Flow;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Clock;
using Huatuo.Linux.Kallsyms;
using Huatuo.Linux.Namespaces;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>One tracer with all that it has in the agent, and a sink that keeps its documents.</summary>
internal sealed class RunningTracer : IAsyncDisposable
{
    internal const string Region = "test-region";
    private readonly CgroupResolver _cgroups;
    private readonly ReverseDns _names;
    private readonly RingPump _pump;
    private readonly SlowLane _slow = new();
    private bool _stopped;

    private RunningTracer(TracerDefinition definition, TracerOptions options, string sysRoot, TimeProvider time, RecentDrops? drops, RunningTracer? beside)
    {
        CgroupMounts mounts = CgroupMounts.Load();
        _cgroups = new CgroupResolver(mounts);
        _names = new ReverseDns(new ReverseDnsOptions(), TimeProvider.System);
        _pump = new RingPump(time);
        Sink = new CollectingSink(definition.Name);
        Netns = new NetnsIndex();
        var registry = new ContainerRegistry(_cgroups, mounts, new ContainerOptions(), TimeProvider.System, Log.WriteLine);
        Containers = new ContainerTracking(registry, mounts, TimeProvider.System);
        Symbols = new SymbolSource(() => KernelSymbols.Load(), TimeProvider.System);
        IMetricSource[] page = beside is null ? [] : [new Metrics(beside.Runner)];
        Services = new TracerServices(
            new EnumNames(KernelBtf.TryOpen), new StackTable(Symbols), new EventIdentity(registry, Netns, mounts), _names, "events")
        {
            Drops = drops ?? new RecentDrops(_pump.CatchUpAsync, new KernelClock()),
            Containers = registry,
            MetricsOf = (_, writer) =>
            {
                beside?.Runner.WriteMetrics(writer);
                return beside is not null;
            },
            Page = () => page,
        };
        KernelRelease.TryRead(out KernelRelease release);
        using KernelBtf? btf = KernelBtf.TryOpen();
        var environment = new TracerEnvironment(
            _pump, Services, [Sink], new Origin(Environment.MachineName, Region),
            new KernelClock(), new OnlineCpus(sysRoot), time, new AgentLog(Log, journal: false))
        {
            Slow = _slow,
        };
        Runner = new TracerRunner(definition, options, new RuleSet(definition.Name, []), environment);
        Runner.Start(KernelFeatures.Probe(release, btf), btf);
    }

    internal TracerRunner Runner { get; }

    internal TracerServices Services { get; }

    internal TracerLedger Ledger => Runner.Ledger;

    internal CollectingSink Sink { get; }

    internal NetnsIndex Netns { get; }

    internal ContainerTracking Containers { get; }

    internal SymbolSource Symbols { get; }

    internal StringWriter Log { get; } = new();

    /// <summary>Starts a tracer in whatever state it settles.</summary>
    /// <param name="definition">The tracer.</param>
    /// <param name="options">Its options.</param>
    /// <param name="sysRoot">Where to look for CPUs.</param>
    /// <param name="time">Time of the pump and of back-off.</param>
    /// <param name="drops">Another tracer's drops, to share them.</param>
    /// <param name="beside">Another tracer, whose metrics it may read.</param>
    internal static async Task<RunningTracer> SettleAsync(TracerDefinition definition, TracerOptions options, string sysRoot = "/sys", TimeProvider? time = null, RecentDrops? drops = null, RunningTracer? beside = null)
    {
        var tracer = new RunningTracer(definition, options, sysRoot, time ?? TimeProvider.System, drops, beside);
        await tracer.Runner.Settled;
        await tracer.Containers.Ready;
        return tracer;
    }

    /// <summary>Starts a tracer; one that does not run fails the test with its reason, or skips it when the kernel lacks a feature.</summary>
    internal static async Task<RunningTracer> StartAsync(TracerDefinition definition, TracerOptions options, string sysRoot = "/sys", TimeProvider? time = null, RecentDrops? drops = null, RunningTracer? beside = null)
    {
        RunningTracer tracer = await SettleAsync(definition, options, sysRoot, time, drops, beside);
        if (tracer.Runner.State == TracerState.Running)
        {
            await tracer.Symbols.ReadyAsync();
            return tracer;
        }
        if (tracer.Runner.State == TracerState.Unsupported)
        {
            Unsupported missing = tracer.Runner.Missing!;
            await tracer.DisposeAsync();
            Assert.Skip($"this kernel lacks {missing.Feature}{(missing.Since.Length > 0 ? $" ({missing.Since})" : "")}");
        }
        string reason = $"{tracer.Runner.State}: {tracer.Runner.LastError}{tracer.Runner.Missing}";
        await tracer.DisposeAsync();
        throw new InvalidOperationException(reason);
    }

    /// <summary>A kernel address as documents print it.</summary>
    internal string Symbol(ulong address)
    {
        Span<byte> text = stackalloc byte[KernelSymbols.MaxFormattedBytes];
        return System.Text.Encoding.UTF8.GetString(text[..Symbols.Current!.Format(address, text)]);
    }

    /// <summary>Detaches and drains: all counters are final after that.</summary>
    internal async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        await Runner.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Sink.Observed.Attach();
        _pump.Dispose();
        await _slow.DisposeAsync();
        await _names.DisposeAsync();
        await Netns.DisposeAsync();
        await Containers.DisposeAsync();
        _cgroups.Dispose();
    }

    private sealed class Metrics(TracerRunner runner) : IMetricSource
    {
        public void Write(MetricWriter writer) => runner.WriteMetrics(writer);
    }
}
