namespace Huatuo.Store.LocalFile;

/// <summary>How much of one tracer's documents local files keep.</summary>
public sealed record LocalFileBounds
{
    /// <summary>A file is rotated before a document would make it larger than this many bytes.</summary>
    public long RotateBytes { get; init; } = 100 << 20;

    /// <summary>How many rotated files are kept beside the current one; at least 1.</summary>
    public int RotateCount { get; init; } = 10;

    /// <summary>The oldest rotated files go while all of them have more bytes than this; 0 for no bound.</summary>
    public long MaxBytes { get; init; }

    /// <summary>A rotated file goes when its last line is older than this, and a file is rotated when its first line is an eighth of
    /// this old; zero for no bound.</summary>
    public TimeSpan MaxAge { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(RotateBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RotateCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAge, TimeSpan.Zero);
    }
}
