using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing;

/// <summary><c>huatuo_autotrace_*</c>: what auto-tracers saw and took; where their documents went is in the ledger.</summary>
/// <param name="runners">All tracers.</param>
internal sealed class AutoTraceSource(IReadOnlyList<TracerRunner> runners) : IMetricSource
{
    private readonly TracerRunner[] _runners = [.. runners.Where(runner => runner.Definition is AutoTracerDefinition)];

    /// <inheritdoc/>
    public string Name => "autotracing";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        Family(writer, "triggers", "Times that the condition held at a look.", runner => Counts(runner).Triggers);
        Family(writer, "cooldowns", "Times that it held while its subject was left alone after a picture.", runner => runner.Ledger.Suppressed(Flow.Ledger.SuppressReason.Cooldown));
        Family(writer, "look_failures", "Looks at which something could not be read; the next is made all the same.", runner => Counts(runner).LookFailures);
        Family(writer, "captures", "Pictures that were taken.", runner => Counts(runner).Captures);
        Family(writer, "capture_failures", "Pictures that lack something; the document tells what.", runner => Counts(runner).Failures);
    }

    private static AutoTraceCounts Counts(TracerRunner runner) => ((AutoTracerDefinition)runner.Definition).Counts;

    private void Family(MetricWriter writer, string term, string help, Func<TracerRunner, long> value)
    {
        writer.Family($"huatuo_autotrace_{term}_total", MetricKind.Counter, help);
        foreach (TracerRunner runner in _runners)
            writer.Sample(value(runner), new Label("tracer", runner.Definition.Name));
    }
}
