using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.Softirq;

/// <summary>How long softirqs wait until they are served, and how long serving them takes.</summary>
internal sealed class SoftirqTracer : MetricTracerDefinition
{
    public override string Name => "softirq";

    public override string Summary => "Time from the raise of a softirq to its handler, and time in the handler, of every vector.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("softirq");

    public override IReadOnlyList<MetricFamily> Families => SoftirqMetrics.Families;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("softirq_entry", SoftirqBpf.Programs.Entered, fetches: false),
            Hook.BtfTracepoint("softirq_exit", SoftirqBpf.Programs.Left, fetches: false),
            Hook.BtfTracepoint("softirq_raise", SoftirqBpf.Programs.Raised, fetches: false)) with
        {
            Name = "tp_btf/softirq_raise+entry+exit",
        },
    ];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        new CounterRun<SoftirqVector>(SoftirqBpf.ObjectName, loaded => new SoftirqBpf(loaded).Vectors.Counters(), SoftirqMetrics.Write);
}
