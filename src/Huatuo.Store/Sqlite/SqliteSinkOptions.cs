namespace Huatuo.Store.Sqlite;

/// <summary>What the event store can be told.</summary>
public sealed record SqliteSinkOptions
{
    /// <summary>The database file, <c>&lt;data-dir&gt;/events.db</c>. Its folder is made (0750) when it is missing.</summary>
    public required string Path { get; init; }

    /// <summary>The oldest events go when the file would grow beyond this many bytes; at least 1 MiB.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>Events older than this go, by an eighth of it at a time.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Bound of the memory in which the documents of all tracers wait, in bytes; at least 64 KiB.</summary>
    public long QueueBytes { get; init; } = 8 << 20;

    /// <summary>Stored events are on the disk, not only with the kernel, at most so much later.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long stopping may take to store what waits.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(1);

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Path);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAge, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueBytes, 64 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(QueueBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SyncInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(DrainTime, TimeSpan.Zero);
    }
}
