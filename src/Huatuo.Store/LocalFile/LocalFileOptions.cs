namespace Huatuo.Store.LocalFile;

/// <summary>What the local file sink can be told.</summary>
public sealed record LocalFileOptions
{
    /// <summary>Where the files are, <c>&lt;data-dir&gt;/events</c>. Made (0750) when it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>The bounds of each tracer's files, but for those that have others.</summary>
    public LocalFileBounds Bounds { get; init; } = new();

    /// <summary>The bounds of the tracers that have others, by wire name.</summary>
    public IReadOnlyDictionary<string, LocalFileBounds> Tracers { get; init; } = new Dictionary<string, LocalFileBounds>();

    /// <summary>Whether rotated files are compressed (gzip).</summary>
    public bool Compress { get; init; }

    /// <summary>Bound of the memory in which the documents of all tracers wait, in bytes; at least 64 KiB.
    /// A document longer than half of it may be refused.</summary>
    public long QueueBytes { get; init; } = 8 << 20;

    /// <summary>Written documents are synchronised to the disk at most this far apart.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long stopping may take to write and synchronise what waits.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Queue memory that was not needed for this long is given back to the system.</summary>
    public TimeSpan IdleRelease { get; init; } = TimeSpan.FromSeconds(10);

    internal IEnumerable<LocalFileBounds> AllBounds => Tracers.Values.Prepend(Bounds);

    /// <summary>The bounds of a tracer's files.</summary>
    internal LocalFileBounds BoundsOf(string tracer) => Tracers.GetValueOrDefault(tracer) ?? Bounds;

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Directory);
        foreach (LocalFileBounds bounds in AllBounds)
            bounds.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueBytes, 64 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(QueueBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SyncInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(DrainTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleRelease, TimeSpan.Zero);
    }
}
