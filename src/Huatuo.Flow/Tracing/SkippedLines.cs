namespace Huatuo.Flow.Tracing;

/// <summary>Counts lines of kernel files that a metric tracer could not read, over all its runs. Thread-safe.</summary>
public sealed class SkippedLines
{
    private long _count;

    /// <summary>How many.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Counts one.</summary>
    public void Add() => Interlocked.Increment(ref _count);
}
