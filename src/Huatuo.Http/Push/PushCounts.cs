using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Push;

/// <summary>What became of the pushes.</summary>
internal sealed class PushCounts : IMetricSource
{
    private long _delivered;
    private long _failed;
    private long _rejected;

    /// <inheritdoc/>
    public string Name => "push";

    /// <summary>A push was taken.</summary>
    public void Delivered() => Interlocked.Increment(ref _delivered);

    /// <summary>A push was not taken.</summary>
    public void Failed() => Interlocked.Increment(ref _failed);

    /// <summary>The receiver left out points of a push that it took.</summary>
    public void Rejected(long points) => Interlocked.Add(ref _rejected, points);

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        writer.Family("huatuo_otlp_pushes_total", MetricKind.Counter, "Pushes of metrics, by what became of them.");
        writer.Sample(Interlocked.Read(ref _delivered), new Label("result", "delivered"));
        writer.Sample(Interlocked.Read(ref _failed), new Label("result", "failed"));
        writer.Family("huatuo_otlp_rejected_points_total", MetricKind.Counter, "Points that the receiver left out of pushes that it took.");
        writer.Sample(Interlocked.Read(ref _rejected));
    }
}
