using Huatuo.Flow.Metrics;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Continuous;

/// <summary><c>huatuo_profiling_*</c>: what continuous profiling takes, costs and loses.</summary>
/// <param name="all">What each profiler did.</param>
/// <param name="unwinder">What gives them tables; null for none.</param>
internal sealed class ContinuousSource(IReadOnlyList<ContinuousCounts> all, Unwinder? unwinder = null) : IMetricSource
{
    /// <inheritdoc/>
    public string Name => "profiling";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        Family(writer, "huatuo_profiling_running", MetricKind.Gauge, "1 while the profiler is loaded.", counts => counts.IsRunning ? 1 : 0);
        Family(writer, "huatuo_profiling_windows_total", MetricKind.Counter, "Windows that were profiled.", counts => counts.Windows);
        Family(writer, "huatuo_profiling_paused_windows_total", MetricKind.Counter, "Windows without a profile, since at the lowest rate the budget was not kept.", counts => counts.PausedWindows);
        Family(writer, "huatuo_profiling_cost_ratio", MetricKind.Gauge, "The share of the machine's CPU time that the profiler took in the last window: its thread and its programs.", counts => counts.Cost);
        Family(writer, "huatuo_profiling_level", MetricKind.Gauge, "How often the rate is lowered: 0 when it is the configured one.", counts => counts.Level);
        Family(writer, "huatuo_profiling_lowered_total", MetricKind.Counter, "Times that the rate was lowered to keep the budget.", counts => counts.Lowered);
        Family(writer, "huatuo_profiling_raised_total", MetricKind.Counter, "Times that the rate was raised again.", counts => counts.Raised);
        Family(writer, "huatuo_profiling_failures_total", MetricKind.Counter, "Times that the kernel refused the profiler, which is started again a minute later.", counts => counts.Failures);
        Family(writer, "huatuo_profiling_samples_total", MetricKind.Counter, "Samples that the kernel side took.", counts => counts.Kernel.Sampled);
        Family(writer, "huatuo_profiling_lost_total", MetricKind.Counter, "Samples that the kernel side had no room for.", counts => counts.Kernel.Lost);
        Family(writer, "huatuo_profiling_dropped_total", MetricKind.Counter, "Samples that user space had no room or no stack for.", counts => counts.Dropped);
        Family(writer, "huatuo_profiling_cut_total", MetricKind.Counter, "Stacks that go on beyond 127 frames.", counts => counts.Kernel.Cut);
        writer.Family("huatuo_profiling_frames_total", MetricKind.Counter, "Frames that got a name, that none is known for, and that were looked at after their process had ended.");
        foreach (ContinuousCounts counts in all)
        {
            writer.Sample(counts.Named, new Label("profiler", counts.Name), new Label("result", "named"));
            writer.Sample(counts.Nameless, new Label("profiler", counts.Name), new Label("result", "nameless"));
            writer.Sample(counts.Gone, new Label("profiler", counts.Name), new Label("result", "gone"));
        }
        writer.Family("huatuo_profiling_unwound_total", MetricKind.Counter, "Stacks of programs by how they ended, when there are tables for them.");
        foreach (ContinuousCounts counts in all)
            foreach ((string name, ulong count) in UnwindOutcomes.Of(counts.Unwinding))
                writer.Sample(count, new Label("profiler", counts.Name), new Label("unwind", name));
        One(writer, "huatuo_profiling_unwind_bytes", MetricKind.Gauge, "Memory of the kernel that tables for stacks take.", unwinder?.Tables.Bytes ?? 0);
        One(writer, "huatuo_profiling_unwind_tables", MetricKind.Gauge, "Files that have a table.", unwinder?.Tables.Count ?? 0);
        One(writer, "huatuo_profiling_unwind_processes", MetricKind.Gauge, "Processes whose stacks are followed by tables.", unwinder?.Processes ?? 0);
        One(writer, "huatuo_profiling_unwind_refused_total", MetricKind.Counter, "Files whose table there was no room for.", unwinder?.Tables.Refused ?? 0);
        One(writer, "huatuo_profiling_unwind_failures_total", MetricKind.Counter, "Times that the kernel refused tables of a process.", unwinder?.Failures ?? 0);
        One(writer, "huatuo_profiling_unwind_seconds_total", MetricKind.Counter, "Time that went into making tables.", unwinder?.Tables.Spent.TotalSeconds ?? 0);
    }

    private static void One(MetricWriter writer, string name, MetricKind kind, string help, double value)
    {
        writer.Family(name, kind, help);
        writer.Sample(value);
    }

    private void Family(MetricWriter writer, string name, MetricKind kind, string help, Func<ContinuousCounts, double> value)
    {
        writer.Family(name, kind, help);
        foreach (ContinuousCounts counts in all)
            writer.Sample(value(counts), new Label("profiler", counts.Name));
    }
}
