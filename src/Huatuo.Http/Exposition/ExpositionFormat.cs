namespace Huatuo.Http.Exposition;

/// <summary>The formats a scrape can be written in.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus text format 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0 text.</summary>
    OpenMetrics,

    /// <summary>Prometheus protobuf, which alone has native histograms.</summary>
    Protobuf,

    /// <summary>OTLP protobuf, which is pushed and never asked for.</summary>
    Otlp,
}
