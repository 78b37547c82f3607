namespace Huatuo.Flow.Tracing;

/// <summary>How far something is that takes its time, for who waits for it.</summary>
/// <param name="Name">What takes it, such as a profiler.</param>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Duration">How long it will take.</param>
/// <param name="Count">What it has so far.</param>
/// <param name="Events">What is counted, such as <c>samples</c>.</param>
/// <param name="IsOver">Told last: there is nothing to wait for any more.</param>
public readonly record struct CaptureProgress(string Name, TimeSpan Elapsed, TimeSpan Duration, ulong Count, string Events, bool IsOver = false);
