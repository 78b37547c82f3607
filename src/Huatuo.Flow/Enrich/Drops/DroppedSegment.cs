namespace Huatuo.Flow.Enrich.Drops;

/// <summary>A TCP segment that the kernel threw away.</summary>
/// <param name="Flow">From whom to whom.</param>
/// <param name="Sequence">Its first sequence number.</param>
/// <param name="EndSequence">The one behind its last; the same when it carries nothing, SYN and FIN count as one each.</param>
/// <param name="Acknowledgement">The number that it acknowledges; null without the flag ACK.</param>
/// <param name="MonotonicNs">When, by the kernel's monotonic clock.</param>
/// <param name="SkbAddress">Kernel address of the packet.</param>
/// <param name="Location">Kernel address of the code that dropped it.</param>
/// <param name="Reason">The kernel's reason.</param>
public readonly record struct DroppedSegment(
    SegmentFlow Flow, uint Sequence, uint EndSequence, uint? Acknowledgement, ulong MonotonicNs, ulong SkbAddress, ulong Location, uint Reason);
