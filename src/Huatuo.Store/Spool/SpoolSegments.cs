using Huatuo.Flow.Ledger;
using Huatuo.Store.Files;

namespace Huatuo.Store.Spool;

/// <summary>
/// The segments of a spool, the oldest first, between the thread that writes them and the loop that delivers them. Every document
/// in them is pending in its ledger, and leaves it here: delivered, refused, or dropped.
/// </summary>
/// <param name="options">The bounds.</param>
/// <param name="accounts">Where documents are counted.</param>
/// <param name="time">Time.</param>
/// <param name="log">Takes one line about what was dropped or damaged.</param>
internal sealed class SpoolSegments(SpoolOptions options, SinkAccounts accounts, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan TellInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly List<Segment> _segments = [];
    private TaskCompletionSource _arrived = NewSignal();
    private long _unreadBytes;
    private long _damagedBytes;
    private long? _toldAt;

    /// <summary>Bytes that nobody has read.</summary>
    public long UnreadBytes => Volatile.Read(ref _unreadBytes);

    /// <summary>Bytes that were no whole record.</summary>
    public long DamagedBytes => Volatile.Read(ref _damagedBytes);

    /// <summary>Bytes of all segments.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _segments.Sum(segment => segment.Length);
        }
    }

    /// <summary>Ends when documents come; another task each time.</summary>
    public Task Arrived => Volatile.Read(ref _arrived).Task;

    /// <summary>A segment is there, with the documents that wait in it.</summary>
    public void Add(Segment segment)
    {
        lock (_gate)
        {
            _segments.Add(segment);
            _unreadBytes += segment.Length - segment.ReadTo;
        }
        Signal();
    }

    /// <summary>Documents were written to the newest segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="length">Where the last one ends.</param>
    /// <param name="documents">How many of each tracer.</param>
    public void Publish(Segment segment, long length, IEnumerable<KeyValuePair<string, long>> documents)
    {
        lock (_gate)
        {
            _unreadBytes += length - segment.Length;
            segment.Length = length;
            foreach ((string tracer, long count) in documents)
                segment.Add(tracer, count);
            // It was given up meanwhile.
            if (segment.IsSealed)
            {
                _unreadBytes -= length - segment.ReadTo;
                segment.ReadTo = length;
                Finish(segment, SinkStage.Write);
            }
        }
        Signal();
        DropSurplus();
    }

    /// <summary>Nothing more is written to a segment.</summary>
    public void Seal(Segment segment)
    {
        bool done;
        lock (_gate)
        {
            segment.IsSealed = true;
            done = TryRemove(segment);
        }
        if (done)
            Finish(segment, SinkStage.Write);
    }

    /// <summary>Takes what is to be read next.</summary>
    /// <returns>The segment and the bytes in it, or null when nothing waits.</returns>
    public (Segment Segment, long From, long To)? TakeUnread()
    {
        lock (_gate)
        {
            foreach (Segment segment in _segments)
            {
                if (segment.ReadTo >= segment.Length)
                    continue;
                segment.IsInUse = true;
                return (segment, segment.ReadTo, segment.Length);
            }
            return null;
        }
    }

    /// <summary>The newest segment in which something is to be read.</summary>
    /// <returns>The segment and the bytes in it, or null when nothing waits.</returns>
    public (Segment Segment, long From, long To)? NewestUnread()
    {
        lock (_gate)
            return _segments.FindLast(segment => segment.ReadTo < segment.Length) is { } newest ? (newest, newest.ReadTo, newest.Length) : null;
    }

    /// <summary>Records were read.</summary>
    public void Read(Segment segment, long to, long damagedBytes)
    {
        lock (_gate)
        {
            _unreadBytes -= to - segment.ReadTo;
            _damagedBytes += damagedBytes;
            segment.ReadTo = to;
        }
    }

    /// <summary>Nothing could be read; it is tried again, or dropped when room is needed.</summary>
    public void PutBack(Segment segment)
    {
        lock (_gate)
            segment.IsInUse = false;
    }

    /// <summary>Documents were delivered.</summary>
    public void Store(Segment segment, string tracer, long documents)
    {
        lock (_gate)
            segment.Add(tracer, -documents);
        accounts.Store(tracer, documents);
    }

    /// <summary>Documents were refused for good.</summary>
    public void DeadLetter(Segment segment, string tracer, long documents)
    {
        lock (_gate)
            segment.Add(tracer, -documents);
        accounts.DeadLetter(tracer, documents);
    }

    /// <summary>Everything that was read is delivered or given up.</summary>
    public void Acknowledge(Segment segment)
    {
        bool done;
        lock (_gate)
        {
            segment.AcknowledgedTo = segment.ReadTo;
            segment.IsInUse = false;
            done = TryRemove(segment);
        }
        if (done)
            Finish(segment, SinkStage.Write);
    }

    /// <summary>A segment cannot be read any more: what waits in it is lost.</summary>
    public void GiveUp(Segment segment, string reason)
    {
        log($"{segment.Path}: {reason}; the documents in it are lost");
        lock (_gate)
        {
            Unlist(segment);
            segment.IsSealed = true;
            // It may be the one that is written, so that others add to what waits in it.
            Finish(segment, SinkStage.Write);
        }
    }

    /// <summary>Counts bytes that were no whole record.</summary>
    public void Damaged(long bytes) => Interlocked.Add(ref _damagedBytes, bytes);

    /// <summary>The oldest segment goes while there are too many bytes, but for the one that is written and one that is being
    /// delivered.</summary>
    private void DropSurplus()
    {
        while (TakeSurplus() is { } segment)
        {
            if (_toldAt is not { } told || time.GetElapsedTime(told) >= TellInterval)
            {
                log($"the spool has reached {options.MaxBytes} bytes; its oldest documents are dropped");
                _toldAt = time.GetTimestamp();
            }
            Finish(segment, SinkStage.Spool);
        }
    }

    private Segment? TakeSurplus()
    {
        lock (_gate)
        {
            if (_segments.Sum(segment => Math.Max(segment.Length, options.LeastBytes)) <= options.MaxBytes)
                return null;
            Segment? oldest = _segments.Find(segment => segment is { IsSealed: true, IsInUse: false });
            if (oldest is not null)
                Unlist(oldest);
            return oldest;
        }
    }

    private bool TryRemove(Segment segment)
    {
        if (!segment.IsDone)
            return false;
        Unlist(segment);
        return true;
    }

    private void Unlist(Segment segment)
    {
        if (!_segments.Remove(segment))
            return;
        _unreadBytes -= segment.Length - segment.ReadTo;
        segment.ReadTo = segment.Length;
    }

    // What still waits in a segment that was read to its end was damaged.
    private void Finish(Segment segment, SinkStage stage)
    {
        foreach ((string tracer, long documents) in segment.Waiting.Where(waiting => waiting.Value > 0))
            accounts.Drop(tracer, stage, documents);
        segment.Waiting.Clear();
        _ = Libc.Unlink(segment.Path);
    }

    private void Signal() => Interlocked.Exchange(ref _arrived, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
