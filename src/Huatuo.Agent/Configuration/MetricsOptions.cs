using Huatuo.Flow.Options;
using Huatuo.Http.Push;

namespace Huatuo.Agent.Configuration;

/// <summary>What becomes of the metrics beside the page.</summary>
internal sealed class MetricsOptions
{
    public static OptionSchema<MetricsOptions> Schema { get; } = new OptionSchema<MetricsOptions>("metrics")
        .Add("upstream_names", OptionTypes.Boolean, o => o.UpstreamNames, (o, v) => o.UpstreamNames = v,
            "Whether the page has, beside its own, the names, labels and types of HUATUO's own agent (`huatuo_bamai_…`), for dashboards written for that.", KeyChange.Request)
        .AddSection(OtlpPushOptions.Schema, o => o.Otlp);

    public bool UpstreamNames { get; set; }

    public OtlpPushOptions Otlp { get; } = new();
}
