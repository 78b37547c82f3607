using Huatuo.Store.Remote;

namespace Huatuo.Store.Otlp;

/// <summary>Sends events as logs of OpenTelemetry to a collector or a backend, at least once.</summary>
/// <remarks>OpenTelemetry knows no identifier by which a receiver would notice what is sent again; the event's own is the attribute
/// <c>log.record.uid</c>.</remarks>
public sealed class OtlpLogsSink : RemoteSink
{
    /// <summary>The sink's name.</summary>
    public const string SinkName = "otlp";

    /// <summary>Starts the sink; nothing waits for a receiver.</summary>
    /// <param name="options">Where and how much.</param>
    /// <param name="resource">What all events have in common, by the names of OpenTelemetry.</param>
    /// <param name="version">This program's version.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Takes one line about a failure or a recovery; called on several threads; must not throw.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public OtlpLogsSink(RemoteSinkOptions options, IReadOnlyList<KeyValuePair<string, string>> resource, string version, TimeProvider time, Action<string> log)
        : base(SinkName, options, new OtlpLogsProtocol(resource, version), time, log)
    {
    }
}
