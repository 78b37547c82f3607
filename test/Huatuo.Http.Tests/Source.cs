using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Tests;

/// <summary>A metric source made of one delegate.</summary>
internal sealed class Source(string name, Action<MetricWriter> write, long? skippedLines = null) : IMetricSource
{
    public string Name => name;

    public long? SkippedLines => skippedLines;

    public void Write(MetricWriter writer) => write(writer);

    /// <summary>Every kind of family and every awkward value.</summary>
    public static Source AllKinds { get; } = new("all", writer =>
    {
        writer.Family("test_events_total", MetricKind.Counter, "Help with a \\, a \"quote\" and\na line break.");
        writer.Sample(ulong.MaxValue, new Label("tracer", "dropwatch"), new Label("text", "a\\b \"c\"\nd\té€😀"));
        writer.Sample(9007199254740993, new Label("tracer", "oom"), new Label("text", ""));
        writer.Sample(0.5, new Label("tracer", "half\ud83d"), new Label("text", "{}=,"));
        writer.Family("test_pause_seconds_total", MetricKind.Counter, "A counter with a unit.");
        writer.Sample(1e-9);
        writer.Family("test_resident_bytes", MetricKind.Gauge, "A gauge with a unit.");
        writer.Sample(long.MinValue);
        writer.Family("test_level", MetricKind.Gauge, "A gauge.");
        writer.Sample(double.PositiveInfinity, new Label("value", "inf"));
        writer.Sample(double.NegativeInfinity, new Label("value", "-inf"));
        writer.Sample(double.NaN, new Label("value", "nan"));
        writer.Sample(0.1 + 0.2, new Label("value", "sum"));
        writer.Sample(9007199254740992.0, new Label("value", "2^53"));
        writer.Sample(1e300, new Label("value", "large"));
        writer.Sample(-12.0, new Label("value", "negative"));
        writer.Family("test_build_info", MetricKind.Info, "An info.");
        writer.Sample(1, new Label("version", "1.0"));
        writer.Family("test_empty_ratio", MetricKind.Gauge, "A family without samples.");
    });
}
