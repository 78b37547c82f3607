using Huatuo.Flow.Documents;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing;

/// <summary>A tracer that waits for a condition on the machine, and keeps a picture of it then.</summary>
/// <param name="station">What all share.</param>
internal abstract class AutoTracerDefinition(AutoTraceStation station) : EventTracerDefinition
{
    /// <inheritdoc/>
    public sealed override TracerKind Kind => TracerKind.AutoTracing;

    /// <summary>What it counts beside the ledger.</summary>
    internal AutoTraceCounts Counts { get; } = new();

    /// <summary>What all share.</summary>
    protected AutoTraceStation Station => station;

    /// <summary>Makes a run.</summary>
    /// <param name="trace">What is particular to it.</param>
    /// <param name="options">Its options.</param>
    /// <param name="services">What it may use.</param>
    protected AutoTraceRun<TTrigger, TEvent> Run<TTrigger, TEvent>(IAutoTrace<TTrigger, TEvent> trace, AutoTracerOptions options, TracerServices services)
        where TEvent : struct, IEventFields => new(trace, options, station, Counts, services.Time);
}
