namespace Huatuo.Store.Spool;

/// <summary>What a spool can be told.</summary>
internal sealed class SpoolOptions
{
    private const int LargestSegment = 8 << 20;

    /// <summary>The folder of the segments, <c>&lt;data-dir&gt;/spool/&lt;sink&gt;</c>. Made (0750) when it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>The oldest segment goes, and its documents are counted as dropped, while all segments have more bytes than
    /// this.</summary>
    public long MaxBytes { get; init; } = 256 << 20;

    /// <summary>Written documents are on the disk, not only with the kernel, at most so much later.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From this size on a new segment is started.</summary>
    public long SegmentBytes => Math.Min(MaxBytes / 16, LargestSegment);

    /// <summary>What a segment counts at least against the bound, so that it bounds their number too.</summary>
    public long LeastBytes => Math.Min(MaxBytes / 256, 64 << 10);

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Directory);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 64 << 10);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SyncInterval, TimeSpan.Zero);
    }
}
