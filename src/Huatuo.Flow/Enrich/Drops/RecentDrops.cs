using Huatuo.Flow.Ledger;
using Huatuo.Linux.Clock;

namespace Huatuo.Flow.Enrich.Drops;

/// <summary>
/// The TCP segments that this host dropped last, noted by the tracer of drops for the tracer of retransmissions. Of fixed
/// size; nothing is allocated for a drop. Thread-safe.
/// </summary>
/// <param name="catchUp">Reads what waits in the rings, so that no drop of the past is still to come.</param>
/// <param name="clock">The kernel's clock.</param>
public sealed class RecentDrops(Func<Task> catchUp, KernelClock clock)
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 1024;

    private readonly Lock _lock = new();
    private DroppedSegment[] _drops = [];
    private long _noted;
    private KernelLedger? _watching;
    private bool _seesAll;
    private ulong _missed;
    private ulong _completeSince;
    private ulong _caughtUp;

    /// <summary>From now on drops of TCP segments are noted, but for those that a ledger counts as missed.</summary>
    /// <param name="ledger">The kernel side's counters of the tracer that notes.</param>
    /// <param name="all">Whether it sees all drops: none is filtered.</param>
    public void Watch(KernelLedger ledger, bool all)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        lock (_lock)
        {
            _watching = ledger;
            _seesAll = all;
            _missed = Missed(ledger);
            _completeSince = Now;
        }
    }

    /// <summary>Nothing is noted any more.</summary>
    public void Leave()
    {
        lock (_lock)
            _watching = null;
    }

    /// <summary>Notes a drop.</summary>
    public void Note(in DroppedSegment drop)
    {
        lock (_lock)
        {
            if (_drops.Length == 0)
                _drops = new DroppedSegment[Capacity];
            _drops[_noted++ % Capacity] = drop;
        }
    }

    /// <summary>
    /// Looks for what a retransmission makes up for: the segment's own loss first, then that of its acknowledgement. May
    /// wait for the pump, so it is not for the pump's thread.
    /// </summary>
    /// <param name="segment">What is sent again.</param>
    /// <param name="drop">The newest drop that explains it.</param>
    public DropSearch Find(in SentSegment segment, out DroppedSegment drop)
    {
        DropSearch found = Look(segment, out drop, out bool isBehind);
        if (!isBehind)
            return found;
        ulong now = Now;
        catchUp().GetAwaiter().GetResult();
        lock (_lock)
            _caughtUp = Math.Max(_caughtUp, now);
        return Look(segment, out drop, out _);
    }

    private ulong Now => (ulong)clock.MonotonicNow();

    private DropSearch Look(in SentSegment segment, out DroppedSegment drop, out bool isBehind)
    {
        lock (_lock)
        {
            isBehind = false;
            int acknowledgement = -1;
            for (long i = _noted - 1; i >= Math.Max(0, _noted - Capacity); i--)
            {
                int place = (int)(i % Capacity);
                drop = _drops[place];
                if (drop.MonotonicNs >= segment.Before || drop.MonotonicNs < segment.After)
                    continue;
                if (segment.IsIn(drop))
                    return DropSearch.Segment;
                if (acknowledgement < 0 && segment.IsAcknowledgedBy(drop))
                    acknowledgement = place;
            }
            drop = acknowledgement < 0 ? default : _drops[acknowledgement];
            isBehind = _watching is not null && _caughtUp < segment.Now;
            if (acknowledgement >= 0)
                return DropSearch.Acknowledgement;
            return _seesAll && _watching is { } ledger && CompleteSince(ledger) <= segment.After ? DropSearch.None : DropSearch.Unknown;
        }
    }

    private ulong CompleteSince(KernelLedger ledger)
    {
        ulong missed = Missed(ledger);
        if (missed != _missed)
            (_missed, _completeSince) = (missed, Now);
        // What was overwritten is forgotten.
        return _noted > Capacity ? Math.Max(_completeSince, _drops[_noted % Capacity].MonotonicNs) : _completeSince;
    }

    private static ulong Missed(KernelLedger ledger)
    {
        var counters = ledger.Read();
        return counters.RateLimited + counters.Lost;
    }
}
