using Huatuo.Agent.Configuration;
using Huatuo.Flow.Sinks;
using Huatuo.Store.LocalFile;
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
    internal bool NeedDataDirectory => Store.Local.Enabled || Store.Sqlite.Enabled;

    /// <summary>The event store, which can be searched; null when it is switched off.</summary>
    internal string? Searchable => Store.Sqlite.Enabled ? Path.Combine(options.DataDir, SqliteStoreOptions.File) : null;

    /// <summary>Starts them.</summary>
    internal IReadOnlyList<IEventSink> Open()
    {
        List<IEventSink> sinks = [];
        if (Store.Local.Enabled)
            sinks.Add(Local(Store.Local));
        if (Store.Sqlite.Enabled)
            sinks.Add(Sqlite(Store.Sqlite));
        return sinks;
    }

    private LocalFileSink Local(LocalStoreOptions local) => new(
        new LocalFileOptions
        {
            Directory = Path.Combine(options.DataDir, "events"),
            RotateBytes = local.RotateSize.Bytes,
            RotateCount = local.RotateCount,
            Compress = local.Compress,
            MaxBytes = local.MaxSize.Bytes,
            MaxAge = local.MaxAge,
            QueueBytes = local.QueueBytes.Bytes,
            SyncInterval = local.SyncInterval,
        },
        time,
        warn);

    private SqliteSink Sqlite(SqliteStoreOptions sqlite) => new(
        new SqliteSinkOptions
        {
            Path = Path.Combine(options.DataDir, SqliteStoreOptions.File),
            MaxBytes = sqlite.MaxSize.Bytes,
            MaxAge = sqlite.MaxAge,
            QueueBytes = sqlite.QueueBytes.Bytes,
            SyncInterval = sqlite.SyncInterval,
        },
        time,
        warn);
}
