namespace Huatuo.Store.LocalFile;

/// <summary>What the local file sink can be told.</summary>
public sealed record LocalFileOptions
{
    /// <summary>Where the files are, <c>&lt;data-dir&gt;/events</c>. Made (0750) when it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>A file is rotated before a document would make it larger than this many bytes.</summary>
    public long RotateBytes { get; init; } = 100 << 20;

    /// <summary>How many rotated files of one tracer are kept beside the current one; at least 1.</summary>
    public int RotateCount { get; init; } = 10;

    /// <summary>Whether rotated files are compressed (gzip).</summary>
    public bool Compress { get; init; }

    /// <summary>The oldest rotated files of a tracer go while all of them have more bytes than this; 0 for no bound.</summary>
    public long MaxBytes { get; init; }

    /// <summary>A rotated file goes when its last line is older than this, and a file is rotated when its first line is an eighth of
    /// this old; zero for no bound.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>Bound of the memory in which the documents of all tracers wait, in bytes; at least 64 KiB.
    /// A document longer than half of it may be refused.</summary>
    public long QueueBytes { get; init; } = 8 << 20;

    /// <summary>Written documents are synchronised to the disk at most this far apart.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long stopping may take to write and synchronise what waits.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Queue memory that was not needed for this long is given back to the system.</summary>
    public TimeSpan IdleRelease { get; init; } = TimeSpan.FromSeconds(10);

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Directory);
        ArgumentOutOfRangeException.ThrowIfLessThan(RotateBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RotateCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAge, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueBytes, 64 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(QueueBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SyncInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(DrainTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleRelease, TimeSpan.Zero);
    }
}
