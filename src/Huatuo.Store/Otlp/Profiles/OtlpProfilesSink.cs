using Huatuo.Store.Remote;

namespace Huatuo.Store.Otlp.Profiles;

/// <summary>Sends stored profiles as profiles of OpenTelemetry to a collector or a backend, at least once.</summary>
/// <remarks>A profile that is sent again has the same <c>profile_id</c>.</remarks>
public sealed class OtlpProfilesSink : RemoteSink
{
    /// <summary>The sink's name.</summary>
    public const string SinkName = "otlp_profiles";

    /// <summary>Starts the sink; nothing waits for a receiver.</summary>
    /// <param name="options">Where and how much.</param>
    /// <param name="resource">What all profiles have in common, by the names of OpenTelemetry.</param>
    /// <param name="version">This program's version.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Takes one line about a failure or a recovery; called on several threads; must not throw.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public OtlpProfilesSink(RemoteSinkOptions options, IReadOnlyList<KeyValuePair<string, string>> resource, string version, TimeProvider time, Action<string> log)
        : base(SinkName, options, new OtlpProfilesProtocol(resource, version), time, log)
    {
    }
}
