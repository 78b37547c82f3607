using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Clock;

/// <summary>
/// Tells the age of stamps of the wall clock (CLOCK_REALTIME), also of those made before that clock was set. The kernel
/// slews both clocks alike, so what lies between the wall clock and CLOCK_MONOTONIC is constant until somebody sets the
/// clock or the machine sleeps (kernel/time/timekeeping.c).
/// </summary>
/// <remarks>Thread-safe. Allocates nothing after construction.</remarks>
public sealed class WallClockSteps
{
    private const int Kept = 8;
    private const long ShortBracket = 1_000;
    private const int Attempts = 4;

    private readonly Func<int, long> _read;
    private readonly Lock _lock = new();
    private readonly Period[] _periods = new Period[Kept];
    private int _count;

    /// <summary>Reads both clocks for the first time.</summary>
    public WallClockSteps()
        : this(KernelClock.Read)
    {
    }

    internal WallClockSteps(Func<int, long> read)
    {
        _read = read;
        Sample first = Take();
        _periods[_count++] = new Period(0, long.MaxValue, first.Taken, first.Offset, first.Bracket);
    }

    /// <summary>The wall clock less the monotonic one, in nanoseconds, as last seen.</summary>
    public long Offset
    {
        get
        {
            lock (_lock)
                return _periods[_count - 1].Offset;
        }
    }

    /// <summary>Reads both clocks; the kernel's own stamps made before this call are by a clock that is known after it.</summary>
    /// <returns>Whether the offset is another than before.</returns>
    public bool Refresh()
    {
        lock (_lock)
        {
            Sample sample = Take();
            ref Period last = ref _periods[_count - 1];
            // Each offset is exact to half its bracket.
            if (Math.Abs(sample.Offset - last.Offset) <= (sample.Bracket + last.Bracket) / 2)
            {
                bool better = sample.Bracket < last.Bracket && sample.Offset != last.Offset;
                last = better
                    ? last with { Seen = sample.Taken, Offset = sample.Offset, Bracket = sample.Bracket }
                    : last with { Seen = sample.Taken };
                return better;
            }
            long from = last.Seen;
            last = last with { Until = sample.Taken + sample.Bracket };
            if (_count == Kept)
                _periods.AsSpan(1).CopyTo(_periods.AsSpan(0, --_count));
            _periods[_count++] = new Period(from, long.MaxValue, sample.Taken, sample.Offset, sample.Bracket);
            return true;
        }
    }

    /// <summary>
    /// How long before a moment a stamp was made. Where the clock was set at about the time of the stamp, so that it may
    /// mean several moments, the latest of them: what is called old is that old at least.
    /// </summary>
    /// <param name="wallNs">The stamp, nanoseconds since 1970-01-01 UTC.</param>
    /// <param name="monotonicNs">The moment, CLOCK_MONOTONIC.</param>
    /// <returns>Nanoseconds, or -1 when the wall clock never showed this until then.</returns>
    public long Age(long wallNs, long monotonicNs)
    {
        lock (_lock)
        {
            long youngest = -1;
            foreach (ref readonly Period period in _periods.AsSpan(0, _count))
            {
                long made = unchecked(wallNs - period.Offset);
                if (made < period.From || made > period.Until || made > monotonicNs)
                    continue;
                if (youngest < 0 || monotonicNs - made < youngest)
                    youngest = monotonicNs - made;
            }
            return youngest;
        }
    }

    private Sample Take()
    {
        var best = new Sample(0, 0, long.MaxValue);
        for (int attempt = 0; attempt < Attempts && best.Bracket > ShortBracket; attempt++)
        {
            long before = _read(Libc.CLOCK_MONOTONIC);
            long wall = _read(Libc.CLOCK_REALTIME);
            long bracket = _read(Libc.CLOCK_MONOTONIC) - before;
            if (bracket < best.Bracket)
                best = new Sample(before, wall - before - bracket / 2, bracket);
        }
        return best;
    }

    private readonly record struct Sample(long Taken, long Offset, long Bracket);

    /// <param name="From">Not before this moment was the offset in force: the last one was seen then.</param>
    /// <param name="Until">Not after this one: the next was seen then.</param>
    /// <param name="Seen">When it was seen last.</param>
    /// <param name="Offset">The wall clock less the monotonic one.</param>
    /// <param name="Bracket">Between the reads of the monotonic clock around that of the wall clock.</param>
    private readonly record struct Period(long From, long Until, long Seen, long Offset, long Bracket);
}
