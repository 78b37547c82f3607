using Huatuo.Flow.Metrics;

namespace Huatuo.Store.Remote;

/// <summary><c>huatuo_sink_*</c> and <c>huatuo_spool_*</c>: the sinks that have a server.</summary>
/// <param name="sinks">The sinks.</param>
public sealed class RemoteSource(IReadOnlyList<IRemoteState> sinks) : IMetricSource
{
    /// <inheritdoc/>
    public string Name => "remote";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        writer.Family("huatuo_sink_failing", MetricKind.Gauge, "1 while the server takes no events; they wait in the spool.");
        foreach (IRemoteState sink in sinks)
            writer.Sample(sink.Failing ? 1 : 0, new Label("sink", sink.Name));
        writer.Family("huatuo_sink_requests_total", MetricKind.Counter, "Requests to the server: answered for each event, throttled (429 or 413), refused as a whole (400), or failed.");
        foreach (IRemoteState sink in sinks)
            foreach (RequestResult result in Enum.GetValues<RequestResult>())
                writer.Sample(sink.Requests(result), new Label("sink", sink.Name), new Label("result", result.ToString().ToLowerInvariant()));
        writer.Family("huatuo_spool_bytes", MetricKind.Gauge, "Bytes of the spool on the disk.");
        foreach (IRemoteState sink in sinks)
            writer.Sample(sink.SpoolBytes, new Label("sink", sink.Name));
        writer.Family("huatuo_spool_damaged_bytes_total", MetricKind.Counter, "Bytes of the spool that were no whole event, as after a crash of the machine.");
        foreach (IRemoteState sink in sinks)
            writer.Sample(sink.DamagedBytes, new Label("sink", sink.Name));
    }
}

/// <summary>How a sink with a server is.</summary>
public interface IRemoteState
{
    /// <summary>The label <c>sink</c>.</summary>
    string Name { get; }

    /// <summary>Whether events are not delivered at present.</summary>
    bool Failing { get; }

    /// <summary>Bytes of the spool.</summary>
    long SpoolBytes { get; }

    /// <summary>Bytes of the spool that were no whole event.</summary>
    long DamagedBytes { get; }

    /// <summary>Requests that ended so.</summary>
    long Requests(RequestResult result);
}
