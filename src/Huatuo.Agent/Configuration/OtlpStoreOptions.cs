using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>Logs of OpenTelemetry.</summary>
internal sealed class OtlpStoreOptions : RemoteStoreOptions
{
    public static OptionSchema<OtlpStoreOptions> Schema { get; } = AddShared(
        new OptionSchema<OtlpStoreOptions>("otlp")
            .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
                "Whether events are sent as logs of OpenTelemetry, by OTLP over HTTP.")
            .Add("endpoint", OptionTypes.Text, o => o.Endpoint, (o, v) => o.Endpoint = v,
                "Where to, with the path, such as `http://127.0.0.1:4318/v1/logs`."),
        "HUATUO_OTLP");

    public string Endpoint { get; set; } = "http://127.0.0.1:4318/v1/logs";

    /// <inheritdoc/>
    protected override string Section => "otlp";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Urls => [Endpoint];

    /// <inheritdoc/>
    protected override string UrlKey => "endpoint";
}
