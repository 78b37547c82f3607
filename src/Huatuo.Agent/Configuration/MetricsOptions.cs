using Huatuo.Flow.Options;
using Huatuo.Http.Push;

namespace Huatuo.Agent.Configuration;

/// <summary>What becomes of the metrics beside the page.</summary>
internal sealed class MetricsOptions
{
    public static OptionSchema<MetricsOptions> Schema { get; } = new OptionSchema<MetricsOptions>("metrics")
        .AddSection(OtlpPushOptions.Schema, o => o.Otlp);

    public OtlpPushOptions Otlp { get; } = new();
}
