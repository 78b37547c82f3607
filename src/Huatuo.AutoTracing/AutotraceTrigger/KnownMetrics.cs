using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>What a condition can name: the metrics that tracers declare, and those of the agent.</summary>
internal static class KnownMetrics
{
    private static readonly string[] s_names =
    [
        .. TracerCatalog.All.OfType<MetricTracerDefinition>().SelectMany(tracer => tracer.Families).SelectMany(Names),
        .. TracerCatalog.All.SelectMany(tracer => tracer.Counters).Select(counter => counter.Name),
        .. AgentMetrics.Names,
    ];

    /// <summary>Why a name is none; null when it is one.</summary>
    internal static string? Wrong(string metric)
    {
        if (s_names.Contains(metric))
            return null;
        var diagnostics = new Diagnostics();
        diagnostics.AddUnknown(default, "", metric, s_names, "metric");
        return $"{metric}: {diagnostics.Errors[0].Message}";
    }

    private static IEnumerable<string> Names(MetricFamily family) =>
        family.Kind == MetricKind.Histogram ? [family.Name + TriggerReader.CountSuffix, family.Name + TriggerReader.SumSuffix] : [family.Name];
}
