using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Flow;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Clock;
using Huatuo.Linux.Kallsyms;
using Huatuo.Linux.Namespaces;

namespace Huatuo.Bench.Site;

/// <summary>The product's flow inside the benchmark, put together as the agent does it.</summary>
internal sealed class FlowSite : IAsyncDisposable
{
    private readonly RingPump _pump = new(TimeProvider.System);
    private readonly CgroupMounts _mounts = CgroupMounts.Load();
    private readonly SlowLane _slow = new();
    private readonly CgroupResolver _cgroups;
    private readonly ContainerTracking _containers;
    private readonly ReverseDns _names = new(new ReverseDnsOptions(), TimeProvider.System);

    internal FlowSite()
    {
        _cgroups = new CgroupResolver(_mounts);
        var registry = new ContainerRegistry(_cgroups, _mounts, new ContainerOptions(), TimeProvider.System, Console.Error.WriteLine);
        _containers = new ContainerTracking(registry, _mounts, TimeProvider.System);
        Identity = new EventIdentity(registry, Netns, _mounts);
        Stacks = new StackTable(new SymbolSource(() => KernelSymbols.Load(), TimeProvider.System));
        Services = new TracerServices(new EnumNames(KernelBtf.TryOpen), Stacks, Identity, _names, "events");
    }

    /// <summary>Owners of network namespaces.</summary>
    internal NetnsIndex Netns { get; } = new();

    internal EventIdentity Identity { get; }

    internal StackTable Stacks { get; }

    internal TracerServices Services { get; }

    /// <summary>The rules that the product ships.</summary>
    internal static RuleSet Rules { get; } = new("dropwatch",
    [
        new Rule("close_wait_purge", "dropwatch", true, [new FunctionCondition(["skb_rbtree_purge"], 0)], [new FieldCondition("layers.tcp.sk_state", FieldOperator.Is, ["CLOSE_WAIT"])]),
        new Rule("neigh_invalidate", "dropwatch", true, [new FunctionCondition(["neigh_invalidate"], 0)], []),
        new Rule("bnxt_tx_int", "dropwatch", true, [new FunctionCondition(["bnxt_tx_int", "__bnxt_tx_int"], 0)], []),
    ]);

    /// <summary>What a runner of a tracer needs.</summary>
    internal TracerEnvironment Environment(IReadOnlyList<IEventSink> sinks) => new(
        _pump, Services, sinks, Origin, new KernelClock(), new OnlineCpus(), TimeProvider.System, new AgentLog(Console.Error, false))
    {
        Slow = _slow,
    };

    /// <summary>What this kernel can do.</summary>
    internal static KernelFeatures Kernel(KernelBtf? btf)
    {
        KernelRelease.TryRead(out KernelRelease release);
        return KernelFeatures.Probe(release, btf);
    }

    /// <summary>A name of usual length for the machine.</summary>
    internal static Origin Origin { get; } = new("node-0001.example", "");

    public async ValueTask DisposeAsync()
    {
        _pump.Dispose();
        await _slow.DisposeAsync();
        await _names.DisposeAsync();
        await Netns.DisposeAsync();
        await _containers.DisposeAsync();
        _cgroups.Dispose();
    }
}
