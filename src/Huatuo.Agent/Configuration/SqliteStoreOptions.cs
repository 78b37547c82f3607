using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>The event store under the data folder, which <c>huatuo events</c> searches.</summary>
internal sealed class SqliteStoreOptions
{
    /// <summary>The file under the data folder.</summary>
    public const string File = "events.db";

    public static OptionSchema<SqliteStoreOptions> Schema { get; } = new OptionSchema<SqliteStoreOptions>("sqlite")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
            "Whether events are written to the event store, where they can be searched.")
        .Add("max_size", OptionTypes.Bytes(ByteSize.MiB(4), ByteSize.GiB(1024)), o => o.MaxSize, (o, v) => o.MaxSize = v,
            "The size of the event store; the oldest events go when there are more, an eighth at a time.", KeyChange.Request)
        .Add("max_age", OptionTypes.DurationBetween(TimeSpan.FromMinutes(1), TimeSpan.FromHours(100_000)), o => o.MaxAge, (o, v) => o.MaxAge = v,
            "Events older than this go, an eighth of it at a time.", KeyChange.Request)
        .Add("queue_bytes", OptionTypes.Bytes(ByteSize.KiB(64), ByteSize.GiB(1)), o => o.QueueBytes, (o, v) => o.QueueBytes = v,
            "How much can wait for the event store before events are refused.")
        .Add("sync_interval", OptionTypes.DurationBetween(TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)), o => o.SyncInterval, (o, v) => o.SyncInterval = v,
            "The longest time between two syncs to the disk.", KeyChange.Request);

    public bool Enabled { get; set; } = true;

    public ByteSize MaxSize { get; set; } = ByteSize.GiB(1);

    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);

    public ByteSize QueueBytes { get; set; } = ByteSize.MiB(8);

    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromSeconds(1);
}
