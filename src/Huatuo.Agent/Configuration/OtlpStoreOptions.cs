using Huatuo.Flow.Options;
using Huatuo.Store.Otlp.Profiles;
using Huatuo.Store.Remote;

namespace Huatuo.Agent.Configuration;

/// <summary>Logs and profiles of OpenTelemetry.</summary>
internal sealed class OtlpStoreOptions : RemoteStoreOptions
{
    public static OptionSchema<OtlpStoreOptions> Schema { get; } = AddShared(
        new OptionSchema<OtlpStoreOptions>("otlp")
            .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
                "Whether events are sent as logs of OpenTelemetry, by OTLP over HTTP.")
            .Add("endpoint", OptionTypes.Text, o => o.Endpoint, (o, v) => o.Endpoint = v,
                "Where to, with the path, such as `http://127.0.0.1:4318/v1/logs`.", KeyChange.File)
            .Add("profiles", OptionTypes.Boolean, o => o.Profiles, (o, v) => o.Profiles = v,
                "Whether profiles that go to otlp by `profiling.sinks` are sent as profiles of OpenTelemetry, whose format is in development, and not as logs; also when `enabled` is false.")
            .Add("profiles_endpoint", OptionTypes.Text, o => o.ProfilesEndpoint, (o, v) => o.ProfilesEndpoint = v,
                "Where those go, with the path, such as `http://127.0.0.1:4318/v1development/profiles`.", KeyChange.File),
        "HUATUO_OTLP");

    public string Endpoint { get; set; } = "http://127.0.0.1:4318/v1/logs";

    public bool Profiles { get; set; }

    public string ProfilesEndpoint { get; set; } = "http://127.0.0.1:4318/v1development/profiles";

    /// <inheritdoc/>
    protected override bool IsUsed => Enabled || Profiles;

    /// <inheritdoc/>
    protected override string Section => "otlp";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Urls => [Endpoint];

    /// <inheritdoc/>
    protected override string UrlKey => "endpoint";

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Message)> Faults(Func<string, string?>? environment) =>
        Profiles && Wrong(ProfilesEndpoint) is { } wrong ? [.. base.Faults(environment), ("store.otlp.profiles_endpoint", wrong)] : base.Faults(environment);

    /// <summary>What the sink of profiles is told.</summary>
    /// <param name="dataDir">The folder that everything is stored under.</param>
    /// <param name="environment">The environment.</param>
    public RemoteSinkOptions ToProfilesSinkOptions(string dataDir, Func<string, string?> environment) => ToSinkOptions(dataDir, environment) with
    {
        Addresses = [new Uri(ProfilesEndpoint)],
        SpoolDirectory = Path.Combine(dataDir, "spool", OtlpProfilesSink.SinkName),
    };
}
