namespace Huatuo.AutoTracing;

/// <summary>What an auto-tracer counts beside the ledger, over all its runs. Thread-safe.</summary>
internal sealed class AutoTraceCounts
{
    private long _triggers;
    private long _captures;
    private long _failures;
    private long _lookFailures;

    /// <summary>How often its condition held.</summary>
    internal long Triggers => Interlocked.Read(ref _triggers);

    /// <summary>How many pictures were taken, in whole or in part.</summary>
    internal long Captures => Interlocked.Read(ref _captures);

    /// <summary>How many of them lack something.</summary>
    internal long Failures => Interlocked.Read(ref _failures);

    /// <summary>How many looks failed.</summary>
    internal long LookFailures => Interlocked.Read(ref _lookFailures);

    internal void LookFailure() => Interlocked.Increment(ref _lookFailures);

    internal void Trigger() => Interlocked.Increment(ref _triggers);

    internal void Capture(bool isWhole)
    {
        Interlocked.Increment(ref _captures);
        if (!isWhole)
            Interlocked.Increment(ref _failures);
    }
}
