using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Api.Streams;

/// <summary><c>huatuo_stream_*</c>: the streams of events. Counted from any thread.</summary>
internal sealed class StreamCounts : IMetricSource
{
    private long _open;
    private long _events;
    private long _dropped;
    private long _refused;

    /// <inheritdoc/>
    public string Name => "stream";

    /// <summary>How many are open.</summary>
    public long Open => Interlocked.Read(ref _open);

    /// <summary>Opens one more, if there are fewer.</summary>
    public bool TryOpen(int most)
    {
        if (Interlocked.Increment(ref _open) <= most)
            return true;
        Interlocked.Decrement(ref _open);
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>One has ended.</summary>
    public void Close() => Interlocked.Decrement(ref _open);

    /// <summary>An event was sent.</summary>
    public void Sent() => Interlocked.Increment(ref _events);

    /// <summary>One was cut, since its client did not read.</summary>
    public void Dropped() => Interlocked.Increment(ref _dropped);

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        writer.Family("huatuo_stream_clients", MetricKind.Gauge, "Streams of events that are open.");
        writer.Sample(Open);
        writer.Family("huatuo_stream_events_total", MetricKind.Counter, "Events sent on streams.");
        writer.Sample(Interlocked.Read(ref _events));
        writer.Family("huatuo_stream_clients_dropped_total", MetricKind.Counter, "Streams that were cut, since their client did not read for long; it can resume where it was.");
        writer.Sample(Interlocked.Read(ref _dropped));
        writer.Family("huatuo_stream_clients_refused_total", MetricKind.Counter, "Streams refused, since api.max_streams were open.");
        writer.Sample(Interlocked.Read(ref _refused));
    }
}
