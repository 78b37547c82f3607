using System.Diagnostics.CodeAnalysis;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Clock;
using Huatuo.Linux.Kallsyms;
using Huatuo.Linux.Namespaces;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Tracers.Tests;

/// <summary>
/// A tracer from record to document without a kernel: fixed clock and identifiers, a made-up /proc, enum names and cgroups.
/// It is 2026-01-02T03:04:05.678901234Z, and the machine started 1000 s ago.
/// </summary>
internal sealed class TracerStand : IAsyncDisposable
{
    internal const string ContainerId = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
    internal const string OwnerId = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const long Now = 1_767_323_045_678_901_234;
    private const long UpTime = 1_000_000_000_000;

    private readonly Proc _proc = new();
    private readonly NetnsIndex _netns;
    private readonly ReverseDns _names;
    private readonly DocumentEncoder _encoder;

    private TracerStand(EventTracerDefinition definition, EventTracerOptions? options, IEnumerable<Rule> rules, IReadOnlyDictionary<string, IReadOnlyDictionary<uint, string>> enums)
    {
        _proc.Write("kallsyms", """
            ffffffff81000000 T _stext
            ffffffff81100000 t bpf_trampoline_1
            ffffffff81200000 T __traceiter_kfree_skb
            ffffffff81300000 T sk_skb_reason_drop
            ffffffff81400000 T tcp_v4_rcv
            ffffffff81500000 T ip_protocol_deliver_rcu
            ffffffff81600000 T __do_softirq
            ffffffffc0100000 t vport_receive	[openvswitch]
            ffffffffc0200000 t bpf_prog_6deef7357e7b4530_dropwatch_btf	[bpf]

            """);
        _proc.Link("1/ns/net", "net:[4026531840]").Write("1/cgroup", "0::/init.scope\n");
        _proc.Link("77/ns/net", "net:[4026532999]").Write("77/cgroup", $"0::/system.slice/docker-{OwnerId}.scope\n");
        _proc.Write("self/mountinfo", "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        var time = new FakeTimeProvider(new DateTimeOffset(UpTime / TimeSpan.NanosecondsPerTick, TimeSpan.Zero));
        _netns = new NetnsIndex(_proc.Root, time);
        _names = new ReverseDns(new ReverseDnsOptions(), time);
        Symbols = new SymbolSource(() => KernelSymbols.Load(_proc.Root), time);
        Definition = definition;
        Counters = new TracerCounters(definition.Counters);
        var clock = new KernelClock(clock => clock == 0 ? Now : UpTime);
        Drops = new RecentDrops(() => Task.CompletedTask, clock);
        var services = new TracerServices(
            new EnumNames(names => [.. names.Select(name => enums.GetValueOrDefault(name) ?? new Dictionary<uint, string>())]), new StackTable(Symbols),
            new EventIdentity(new ContainerRegistry(TryCgroup), _netns, CgroupMounts.Load(_proc.Root)), _names, "events")
        {
            ProcRoot = _proc.Root,
            Counters = Counters,
            Drops = Drops,
            Time = time,
            Exemplars = Exemplars,
        };
        var set = new RuleSet(definition.Name, rules);
        Ledger = new TracerLedger(definition.Name, [.. set.Rules.Select(rule => rule.Name)], [Sink.Name]);
        _encoder = new DocumentEncoder(
            new Origin("node-1", "eu-1"), definition.Name, "event", clock, new EventId(0x0123_4567_89ab_cdef));
        Output = new EventOutput(Ledger, set, _encoder, [Sink]);
        Options = options ?? (EventTracerOptions)definition.Options.Bind(null, new Diagnostics());
        Time = time;
        Tracer = definition.Create(Options, services);
    }

    internal EventTracerDefinition Definition { get; }

    internal TracerCounters Counters { get; }

    internal RecentDrops Drops { get; }

    internal Exemplars Exemplars { get; } = new();

    internal EventTracerOptions Options { get; }

    internal FakeTimeProvider Time { get; }

    internal ITracer Tracer { get; }

    internal EventOutput Output { get; }

    internal TracerLedger Ledger { get; }

    internal MemorySink Sink { get; } = new();

    internal SymbolSource Symbols { get; }

    /// <summary>Builds the stand; symbols are read and namespaces known.</summary>
    internal static async Task<TracerStand> StartAsync(
        EventTracerDefinition definition, IReadOnlyDictionary<string, IReadOnlyDictionary<uint, string>> enums, EventTracerOptions? options = null, params IEnumerable<Rule> rules)
    {
        var stand = new TracerStand(definition, options, rules, enums);
        await stand.Symbols.ReadyAsync();
        await stand._netns.RefreshAsync();
        return stand;
    }

    /// <summary>Its made-up /proc.</summary>
    internal Proc Proc => _proc;

    /// <summary>Hands over one record.</summary>
    internal bool OnRecord(ReadOnlySpan<byte> record) => ((IEventTracer)Tracer).OnRecord(record, Output);

    /// <summary>Lets a tracer without a program run until its source fails or <paramref name="stop"/> ends it.</summary>
    internal Task RunAsync(Action ready, CancellationToken stop)
    {
        var run = new SourceTracerRun(Ledger, Output, Options.MaxEventsPerSecond, Time, ready);
        Ledger.Kernel.Begin(run.Read);
        return ((ISourceTracer)Tracer).RunAsync(run, stop);
    }

    private static bool TryCgroup(ulong id, [NotNullWhen(true)] out string? path)
    {
        path = id switch
        {
            5001 => "/user.slice",
            5002 => $"/kubepods.slice/cri-containerd-{ContainerId}.scope",
            _ => null,
        };
        return path is not null;
    }

    /// <summary>Ends it; the last document must be what the tracer's page says.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Sink.Count > 0)
            new DocumentedFields(Definition.Name).Check(Sink.Last);
        await _names.DisposeAsync();
        await _netns.DisposeAsync();
        _proc.Dispose();
    }
}
