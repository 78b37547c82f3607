using Huatuo.Flow.Options;
using Huatuo.Store.LocalFile;

namespace Huatuo.Agent.Configuration;

/// <summary>Files of JSON lines under the data folder.</summary>
internal sealed class LocalStoreOptions
{
    // Before the schemas, which have them.
    internal static readonly OptionType<ByteSize> RotateSizes = OptionTypes.Bytes(ByteSize.KiB(64), ByteSize.GiB(1024));
    internal static readonly OptionType<int> RotateCounts = OptionTypes.Integer(1, 10_000);
    internal static readonly OptionType<ByteSize> MaxSizes = OptionTypes.Bytes(new ByteSize(0), ByteSize.GiB(1024));
    internal static readonly OptionType<TimeSpan> MaxAges = OptionTypes.DurationBetween(TimeSpan.Zero, TimeSpan.FromHours(100_000));

    public static OptionSchema<LocalStoreOptions> Schema { get; } = new OptionSchema<LocalStoreOptions>("local")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
            "Whether events are written to files.")
        .Add("rotate_size", RotateSizes, o => o.RotateSize, (o, v) => o.RotateSize = v,
            "The size at which a new file is started.", KeyChange.Request)
        .Add("rotate_count", RotateCounts, o => o.RotateCount, (o, v) => o.RotateCount = v,
            "How many files of each tracer are kept.", KeyChange.Request)
        .Add("compress", OptionTypes.Boolean, o => o.Compress, (o, v) => o.Compress = v,
            "Whether files that are not written any more are compressed (gzip).", KeyChange.Request)
        .Add("max_size", MaxSizes, o => o.MaxSize, (o, v) => o.MaxSize = v,
            "The size of all files of a tracer that are not written any more; the oldest go; 0 = as rotate_size and rotate_count say.", KeyChange.Request)
        .Add("max_age", MaxAges, o => o.MaxAge, (o, v) => o.MaxAge = v,
            "Events older than this go, an eighth of it at a time, which needs rotate_count of 9 or more; 0s = never for their age.", KeyChange.Request)
        .Add("queue_bytes", OptionTypes.Bytes(ByteSize.KiB(64), ByteSize.GiB(1)), o => o.QueueBytes, (o, v) => o.QueueBytes = v,
            "How much can wait for the disk before events are refused.")
        .Add("sync_interval", OptionTypes.DurationBetween(TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)), o => o.SyncInterval, (o, v) => o.SyncInterval = v,
            "The longest time between two syncs to the disk.", KeyChange.Request)
        .AddNamedSections(LocalTracerOptions.Schema, o => o.Tracers, "NAME");

    public bool Enabled { get; set; } = true;

    public ByteSize RotateSize { get; set; } = ByteSize.MiB(100);

    public int RotateCount { get; set; } = 10;

    public bool Compress { get; set; } = true;

    public ByteSize MaxSize { get; set; }

    public TimeSpan MaxAge { get; set; }

    public ByteSize QueueBytes { get; set; } = ByteSize.MiB(8);

    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What other bounds the files of some tracers have, by their wire names.</summary>
    public IDictionary<string, LocalTracerOptions> Tracers { get; } = new SortedDictionary<string, LocalTracerOptions>(StringComparer.Ordinal);

    /// <summary>The bounds of all tracers, but for those that have others.</summary>
    public LocalFileBounds Bounds => BoundsOf(new LocalTracerOptions());

    /// <summary>The bounds of a tracer.</summary>
    public LocalFileBounds BoundsOf(LocalTracerOptions tracer) => new()
    {
        RotateBytes = (tracer.RotateSize ?? RotateSize).Bytes,
        RotateCount = tracer.RotateCount ?? RotateCount,
        MaxBytes = (tracer.MaxSize ?? MaxSize).Bytes,
        MaxAge = tracer.MaxAge ?? MaxAge,
    };
}
