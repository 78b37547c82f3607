using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Http.Sources;

/// <summary>The metrics of one metric tracer, which succeed or fail on their own.</summary>
/// <param name="runner">Its runner.</param>
public sealed class MetricTracerSource(TracerRunner runner) : IMetricSource
{
    /// <inheritdoc/>
    public string Name => runner.Definition.Name;

    /// <inheritdoc/>
    public long? SkippedLines => runner.Skipped.Count;

    /// <summary>One for each metric tracer.</summary>
    /// <param name="runners">All tracers.</param>
    public static IEnumerable<MetricTracerSource> Of(IEnumerable<TracerRunner> runners) =>
        runners.Where(runner => runner.Definition.Kind == TracerKind.Metric).Select(runner => new MetricTracerSource(runner));

    /// <inheritdoc/>
    public void Write(MetricWriter writer) => runner.WriteMetrics(writer);
}
