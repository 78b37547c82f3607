namespace Huatuo.Flow.Enrich.Drops;

/// <summary>A segment that is sent again, and when what was lost must have been lost.</summary>
/// <param name="Flow">From whom to whom.</param>
/// <param name="Sequence">Its first sequence number.</param>
/// <param name="EndSequence">The one behind its last.</param>
/// <param name="After">It was last sent after this, in ns of the monotonic clock.</param>
/// <param name="Before">What was dropped from here on is not the cause but this transmission.</param>
/// <param name="Now">When it was sent again.</param>
public readonly record struct SentSegment(SegmentFlow Flow, uint Sequence, uint EndSequence, ulong After, ulong Before, ulong Now)
{
    private const uint LargestWindow = 1 << 26;

    /// <summary>Whether a drop took part of this segment away.</summary>
    public bool IsIn(in DroppedSegment drop) =>
        drop.Flow == Flow && IsAfter(drop.EndSequence, Sequence) && IsAfter(EndSequence, drop.Sequence);

    /// <summary>Whether a drop took away an acknowledgement of this segment.</summary>
    public bool IsAcknowledgedBy(in DroppedSegment drop) =>
        drop.Acknowledgement is { } number && drop.Flow.Reversed == Flow && IsAfter(number, Sequence);

    // Numbers wrap. A connection that had the same ports before had other numbers.
    private static bool IsAfter(uint number, uint other) => unchecked(number - other) is > 0 and < LargestWindow;
}
