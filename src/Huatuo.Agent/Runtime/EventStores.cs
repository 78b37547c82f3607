using Huatuo.Agent.Configuration;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Sinks;
using Huatuo.Profiling.Continuous;
using Huatuo.Store.Elasticsearch;
using Huatuo.Store.LocalFile;
using Huatuo.Store.Otlp;
using Huatuo.Store.Otlp.Profiles;
using Huatuo.Store.Remote;
using Huatuo.Store.Sqlite;

namespace Huatuo.Agent.Runtime;

/// <summary>The sinks that the configuration asks for.</summary>
/// <param name="options">The configuration.</param>
/// <param name="time">Time.</param>
/// <param name="warn">Takes what goes wrong in them.</param>
internal sealed class EventStores(AgentOptions options, TimeProvider time, Action<string> warn)
{
    private StoreOptions Store => options.Store;

    /// <summary>Whether one of them writes to the data folder.</summary>
    internal bool NeedDataDirectory => Store.Local.Enabled || Store.Sqlite.Enabled || Store.Elasticsearch.Enabled || Store.Otlp.Enabled || Profiles is not null || SendProfiles;

    /// <summary>The event store, which can be searched; null when it is switched off.</summary>
    internal string? Searchable => Store.Sqlite.Enabled ? Path.Combine(options.DataDir, SqliteStoreOptions.File) : null;

    /// <summary>The profile store; null when no profiles are stored there.</summary>
    internal string? Profiles => options.Profiling.Enabled && options.Profiling.Sinks.Contains(ContinuousSink.Sqlite) ? Path.Combine(options.DataDir, ContinuousOptions.File) : null;

    /// <summary>Whether profiles are sent as such and not as logs.</summary>
    private bool SendProfiles => options.Profiling.Enabled && options.Profiling.Sinks.Contains(ContinuousSink.Otlp) && Store.Otlp.Profiles;

    /// <summary>Starts the sinks that are for profiles alone.</summary>
    internal IReadOnlyList<IEventSink> OpenProfiles()
    {
        List<IEventSink> sinks = [];
        if (Profiles is not null)
            sinks.Add(new SqliteSink(new SqliteSinkOptions { Path = Profiles, MaxBytes = options.Profiling.MaxSize.Bytes, MaxAge = options.Profiling.MaxAge }, time, warn));
        if (SendProfiles)
            sinks.Add(new OtlpProfilesSink(Store.Otlp.ToProfilesSinkOptions(options.DataDir, Environment.GetEnvironmentVariable), Origin, BuildInfo.Version, time, warn));
        return sinks;
    }

    /// <summary>Those of the agent's own sinks that profiles go to.</summary>
    /// <param name="sinks">The agent's own.</param>
    internal IEnumerable<IEventSink> OfProfiles(IEnumerable<IEventSink> sinks)
    {
        string[] wanted = [.. options.Profiling.Sinks.Where(sink => sink != ContinuousSink.Sqlite && !(sink == ContinuousSink.Otlp && SendProfiles)).Select(sink => sink.ToString())];
        return sinks.Where(sink => wanted.Contains(sink.Name, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Starts them.</summary>
    internal IReadOnlyList<IEventSink> Open()
    {
        List<IEventSink> sinks = [];
        if (Store.Local.Enabled)
            sinks.Add(new LocalFileSink(Of(Store.Local), time, warn));
        if (Store.Sqlite.Enabled)
            sinks.Add(new SqliteSink(Of(Store.Sqlite), time, warn));
        if (Store.Elasticsearch.Enabled)
            sinks.Add(Elasticsearch(Store.Elasticsearch));
        if (Store.Otlp.Enabled)
            sinks.Add(Otlp(Store.Otlp));
        return sinks;
    }

    /// <summary>Has sinks that are open go on with other bounds, and speak to other servers.</summary>
    /// <param name="sinks">The sinks.</param>
    /// <param name="changed">What is said of them now. What is switched off by it goes on as it is until the next start.</param>
    internal void Change(IEnumerable<IEventSink> sinks, StoreOptions changed)
    {
        foreach (IEventSink sink in sinks)
            switch (sink)
            {
                case LocalFileSink local:
                    local.Change(Of(changed.Local));
                    break;
                // The profile store has bounds of its own, which wait for the next start.
                case SqliteSink sqlite when sqlite.Path == Searchable:
                    sqlite.Change(Of(changed.Sqlite));
                    break;
                case ElasticsearchSink elasticsearch when changed.Elasticsearch.Enabled:
                    elasticsearch.Change(changed.Elasticsearch.ToSinkOptions(options.DataDir, Environment.GetEnvironmentVariable));
                    break;
                case OtlpLogsSink otlp when changed.Otlp.Enabled:
                    otlp.Change(changed.Otlp.ToSinkOptions(options.DataDir, Environment.GetEnvironmentVariable));
                    break;
                case OtlpProfilesSink profiles when changed.Otlp.Profiles:
                    profiles.Change(changed.Otlp.ToProfilesSinkOptions(options.DataDir, Environment.GetEnvironmentVariable));
                    break;
            }
    }

    /// <summary>The metrics of those that have a server; none when there are none.</summary>
    internal static IEnumerable<IMetricSource> Sources(IEnumerable<IEventSink> sinks) =>
        sinks.OfType<IRemoteState>().ToArray() is { Length: > 0 } remote ? [new RemoteSource(remote)] : [];

    private LocalFileOptions Of(LocalStoreOptions local) => new()
    {
        Directory = Path.Combine(options.DataDir, "events"),
        Bounds = local.Bounds,
        Tracers = local.Tracers.ToDictionary(tracer => tracer.Key, tracer => local.BoundsOf(tracer.Value)),
        Compress = local.Compress,
        QueueBytes = local.QueueBytes.Bytes,
        SyncInterval = local.SyncInterval,
    };

    private SqliteSinkOptions Of(SqliteStoreOptions sqlite) => new()
    {
        Path = Path.Combine(options.DataDir, SqliteStoreOptions.File),
        MaxBytes = sqlite.MaxSize.Bytes,
        MaxAge = sqlite.MaxAge,
        QueueBytes = sqlite.QueueBytes.Bytes,
        SyncInterval = sqlite.SyncInterval,
    };

    private ElasticsearchSink Elasticsearch(ElasticsearchStoreOptions elasticsearch) => new(
        elasticsearch.ToSinkOptions(options.DataDir, Environment.GetEnvironmentVariable),
        IndexName.Parse(elasticsearch.Index, out string? fault) ?? throw new ArgumentException(fault),
        time,
        warn);

    private OtlpLogsSink Otlp(OtlpStoreOptions otlp) => new(otlp.ToSinkOptions(options.DataDir, Environment.GetEnvironmentVariable), Origin, BuildInfo.Version, time, warn);

    // The same attributes as those of the metrics that are pushed.
    private IReadOnlyList<KeyValuePair<string, string>> Origin =>
    [
        new("service.name", "huatuo"),
        new("service.version", BuildInfo.Version),
        new("host.name", Environment.MachineName),
        .. options.Region.Length > 0 ? [new("region", options.Region)] : Array.Empty<KeyValuePair<string, string>>(),
    ];
}
