using Huatuo.Flow.Options;

namespace Huatuo.Http.Push;

/// <summary>The section <c>metrics.otlp</c>: pushing the metrics to an OpenTelemetry receiver.</summary>
public sealed class OtlpPushOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<OtlpPushOptions> Schema { get; } = new OptionSchema<OtlpPushOptions>("otlp")
        .Add("endpoint", OptionTypes.Text, o => o.Endpoint, (o, v) => o.Endpoint = v,
            "Where metrics are pushed by OTLP over HTTP, such as `http://127.0.0.1:4318/v1/metrics`; \"\" pushes nothing.")
        .Add("interval", OptionTypes.DurationBetween(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), o => o.Interval, (o, v) => o.Interval = v,
            "How often.")
        .Add("timeout", OptionTypes.DurationBetween(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), o => o.Timeout, (o, v) => o.Timeout = v,
            "How long the receiver has for one answer.")
        .Add("authorization", OptionTypes.Text, o => o.Authorization, (o, v) => o.Authorization = v,
            "The value of the header `Authorization`, such as `Bearer …`; \"\" sends none.");

    /// <summary>The URL; empty for none.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>From one push to the next.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>For one push.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The header; empty for none.</summary>
    public string Authorization { get; set; } = "";

    /// <summary>What is wrong with the endpoint; null when it is empty or a URL.</summary>
    public string? Fault => Endpoint.Length == 0 || (Uri.TryCreate(Endpoint, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
        ? null
        : $"'{Endpoint}' is not a URL; write it as http://HOST:4318/v1/metrics";
}
