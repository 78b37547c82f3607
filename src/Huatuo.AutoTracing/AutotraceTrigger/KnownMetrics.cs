using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>
/// What a condition can name: the metrics that tracers declare, those that are written for each tracer, and those of the agent itself: its
/// sinks, containers, process and runtime, its server, its continuous profiles, and what its programs cost.
/// </summary>
internal static class KnownMetrics
{
    private static readonly string[] s_ofEach =
    [
        "huatuo_events_", "huatuo_tracer_", "huatuo_autotrace_", "huatuo_sink_", "huatuo_spool_", "huatuo_container_", "huatuo_containers", "process_", "dotnet_",
        "huatuo_build_info", "huatuo_config_", "huatuo_bpf_", "huatuo_perf_", "huatuo_profiling_", "huatuo_http_", "huatuo_stream_", "huatuo_otlp_", "huatuo_scrape_",
    ];

    private static readonly string[] s_declared =
    [
        .. TracerCatalog.All.OfType<MetricTracerDefinition>().SelectMany(tracer => tracer.Families).SelectMany(Names),
        .. TracerCatalog.All.SelectMany(tracer => tracer.Counters).Select(counter => counter.Name),
    ];

    /// <summary>Why a name is none; null when it is one.</summary>
    internal static string? Wrong(string metric)
    {
        if (s_declared.Contains(metric) || s_ofEach.Any(prefix => metric.StartsWith(prefix, StringComparison.Ordinal)))
            return null;
        var diagnostics = new Diagnostics();
        diagnostics.AddUnknown(default, "", metric, s_declared, "metric");
        return $"{metric}: {diagnostics.Errors[0].Message}";
    }

    private static IEnumerable<string> Names(MetricFamily family) =>
        family.Kind == MetricKind.Histogram ? [family.Name + TriggerReader.CountSuffix, family.Name + TriggerReader.SumSuffix] : [family.Name];
}
