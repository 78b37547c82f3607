using Huatuo.Store.Files;

namespace Huatuo.Store.LocalFile;

/// <summary>Keeps what went wrong for those who look, and tells it once to the log.</summary>
internal sealed class SinkTrouble(TimeProvider time, Action<string> log)
{
    private SinkError? _last;
    private long _rotationFailures;
    private long _syncFailures;

    /// <summary>The last failure, or null.</summary>
    public SinkError? Last => Volatile.Read(ref _last);

    /// <summary>Rotations that failed.</summary>
    public long RotationFailures => Volatile.Read(ref _rotationFailures);

    /// <summary>Synchronisations that failed.</summary>
    public long SyncFailures => Volatile.Read(ref _syncFailures);

    /// <summary>Something worth a line in the log that is no failure of the sink.</summary>
    public void Note(string text) => log(text);

    /// <summary>A failure that goes to the log.</summary>
    public void Report(IoFailure failure)
    {
        Remember(failure);
        log(failure.ToString());
    }

    /// <summary>A failure that the log knows already.</summary>
    public void Remember(IoFailure failure) =>
        Volatile.Write(ref _last, new SinkError(time.GetUtcNow(), failure.ToString()));

    /// <summary>A rotation failed; the log hears of the first in a row.</summary>
    public void RotationFailed(IoFailure failure, bool report)
    {
        Interlocked.Increment(ref _rotationFailures);
        if (report)
            Report(failure);
        else
            Remember(failure);
    }

    /// <summary>A file could not be synchronised; the log hears of the first.</summary>
    public void SyncFailed(IoFailure failure)
    {
        if (Interlocked.Increment(ref _syncFailures) == 1)
            Report(failure);
        else
            Remember(failure);
    }
}
