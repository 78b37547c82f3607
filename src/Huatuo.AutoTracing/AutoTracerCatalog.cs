using Huatuo.AutoTracing.AutotracePsi;
using Huatuo.AutoTracing.AutotraceRunqlat;
using Huatuo.AutoTracing.AutotraceSoftirq;
using Huatuo.AutoTracing.AutotraceTrigger;
using Huatuo.AutoTracing.Cpuidle;
using Huatuo.AutoTracing.Cpusys;
using Huatuo.AutoTracing.Dload;
using Huatuo.AutoTracing.Iotracing;
using Huatuo.AutoTracing.Memburst;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing;

/// <summary>Every auto-tracer, one for each folder.</summary>
internal static class AutoTracerCatalog
{
    /// <summary>Makes them, by name; they share one loop and one lane, which do nothing before the first of them runs.</summary>
    /// <param name="time">Time.</param>
    internal static IReadOnlyList<TracerDefinition> Create(TimeProvider time) => Create(AutoTraceStation.Of(time));

    /// <summary>Makes them.</summary>
    /// <param name="station">What they share.</param>
    internal static IReadOnlyList<TracerDefinition> Create(AutoTraceStation station) =>
    [
        new AutotracePsiTracer(station),
        new AutotraceRunqlatTracer(station),
        new AutotraceSoftirqTracer(station),
        new AutotraceTriggerTracer(station),
        new CpuidleTracer(station),
        new CpusysTracer(station),
        new DloadTracer(station),
        new IotracingTracer(station),
        new MemburstTracer(station),
    ];
}
