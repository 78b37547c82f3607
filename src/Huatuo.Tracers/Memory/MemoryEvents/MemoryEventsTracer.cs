using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemoryEvents;

/// <summary>What happened to containers at the limits of their memory.</summary>
internal sealed class MemoryEventsTracer : MetricTracerDefinition
{
    public override string Name => "memory_events";

    public override string Summary => "What happened to containers at the limits of their memory.";

    public override OptionSchema Options => MemoryEventsOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [HookRung.User("memory.events", _ => null)];

    public override IReadOnlyList<MetricFamily> Families => MemoryEventsRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new MemoryEventsRun((MemoryEventsOptions)options, services);
}
