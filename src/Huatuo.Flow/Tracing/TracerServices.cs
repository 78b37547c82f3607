using System.Diagnostics.CodeAnalysis;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Linux;
using Huatuo.Linux.Clock;

namespace Huatuo.Flow.Tracing;

/// <summary>What a tracer may use while it runs.</summary>
/// <param name="Names">The kernel's enum names.</param>
/// <param name="Stacks">Symbolised kernel stacks.</param>
/// <param name="Identity">Process, cgroup, container and network namespace.</param>
/// <param name="Addresses">Host names of addresses; answers nothing unless reverse DNS is on.</param>
/// <param name="Source">The value of <c>source</c> in documents: <c>events</c> in the agent, <c>tools</c> on the command line.</param>
public sealed record TracerServices(EnumNames Names, StackTable Stacks, EventIdentity Identity, ReverseDns Addresses, string Source)
{
    /// <summary>The tracer's own counters.</summary>
    public TracerCounters Counters { get; init; } = new([]);

    /// <summary>The kernel side's counters of the tracer.</summary>
    public KernelLedger Kernel { get; init; } = new();

    /// <summary>What the host dropped last, for who wants to know why something did not arrive.</summary>
    public RecentDrops Drops { get; init; } = new(() => Task.CompletedTask, new KernelClock());

    /// <summary>The containers of this host.</summary>
    public IContainers Containers { get; init; } = new ContainerRegistry(None);

    /// <summary>The name of the rung that was chosen.</summary>
    public string Rung { get; init; } = "";

    /// <summary>Time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the kernel's file systems are.</summary>
    public SystemRoots Roots { get; init; } = SystemRoots.Host;

    /// <summary>Where proc is mounted.</summary>
    public string ProcRoot
    {
        get => Roots.Proc;
        init => Roots = Roots with { Proc = value };
    }

    /// <summary>Counts lines of kernel files that the tracer could not read.</summary>
    public SkippedLines Skipped { get; init; } = new();

    /// <summary>Writes the metrics of another tracer, by its name; false while it does not run.</summary>
    public Func<string, MetricWriter, bool> MetricsOf { get; init; } = (_, _) => false;

    /// <summary>Events that stand for values of histograms.</summary>
    public Exemplars Exemplars { get; init; } = new();

    /// <summary>Told how far a picture is, a few times a second, by any thread.</summary>
    public Action<CaptureProgress> Progress { get; init; } = _ => { };

    /// <summary>What writes the metrics of all tracers; may be asked beside a scrape.</summary>
    public Func<IReadOnlyList<IMetricSource>> Page { get; init; } = () => [];

    private static bool None(ulong id, [NotNullWhen(true)] out string? path) => (path = null) is not null;
}
