using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Http.Sources;

/// <summary><c>huatuo_tracer_*</c>: what the tracers do; and what each counts beside the ledger.</summary>
/// <param name="runners">All tracers, those that do not run included.</param>
public sealed class TracerSource(IReadOnlyList<TracerRunner> runners) : IMetricSource
{
    /// <inheritdoc/>
    public string Name => "tracers";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        writer.Family("huatuo_tracer_state", MetricKind.Gauge, "1 for the state that the tracer is in.");
        foreach (TracerRunner runner in runners)
            foreach (TracerState state in Enum.GetValues<TracerState>())
                writer.Sample(runner.State == state ? 1 : 0, new Label("tracer", runner.Definition.Name), new Label("state", state.Word()));
        writer.Family("huatuo_tracer_runs_total", MetricKind.Counter, "Times that the tracer was started.");
        foreach (TracerRunner runner in runners)
            writer.Sample(runner.Runs, new Label("tracer", runner.Definition.Name));
        writer.Family("huatuo_tracer_hook_info", MetricKind.Info, "The hook in use.");
        foreach (TracerRunner runner in runners)
            if (runner.Rung is { } rung)
                writer.Sample(1, new Label("tracer", runner.Definition.Name), new Label("hook", rung));
        writer.Family("huatuo_perf_lost_records", MetricKind.Gauge, "What the kernel reports as lost on the perf rings of this run; a cross-check of huatuo_events_lost_total.");
        foreach (TracerRunner runner in runners.Where(runner => runner.Definition.Kind == TracerKind.Event))
            writer.Sample(runner.ReportedLost, new Label("tracer", runner.Definition.Name));
        foreach (TracerRunner runner in runners)
            runner.Counters.Write(writer);
    }
}
