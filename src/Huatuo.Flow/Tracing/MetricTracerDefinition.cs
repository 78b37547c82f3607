using Huatuo.Flow.Metrics;

namespace Huatuo.Flow.Tracing;

/// <summary>A tracer that gives metrics only; its runs are <see cref="IMetricTracer"/>, those with BPF programs
/// <see cref="IProgramMetricTracer"/>, its options <see cref="TracerOptions"/>.</summary>
public abstract class MetricTracerDefinition : TracerDefinition
{
    /// <inheritdoc/>
    public sealed override TracerKind Kind => TracerKind.Metric;

    /// <summary>Every family that its runs write, from which the reference is made; nothing else may be written.</summary>
    public abstract IReadOnlyList<MetricFamily> Families { get; }
}
