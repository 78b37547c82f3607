using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Clock;

/// <summary>Turns the kernel's CLOCK_MONOTONIC stamps (<c>bpf_ktime_get_ns</c>) into UTC.</summary>
/// <remarks>Thread-safe. The clock may be set while the agent runs, so the offset is sampled again by <see cref="Refresh"/>.</remarks>
public sealed class KernelClock
{
    private const long ShortBracket = 5_000;
    private const int Attempts = 4;

    private readonly Func<int, long> _read;
    private long _offset;

    /// <summary>Samples the offset for the first time.</summary>
    public KernelClock()
        : this(Read)
    {
    }

    internal KernelClock(Func<int, long> read)
    {
        _read = read;
        _offset = Sample().Offset;
    }

    /// <summary>CLOCK_MONOTONIC in nanoseconds.</summary>
    public long MonotonicNow() => _read(Libc.CLOCK_MONOTONIC);

    /// <summary>Nanoseconds since 1970-01-01 UTC of a CLOCK_MONOTONIC stamp, by the last sampled offset.</summary>
    public long ToUtcNanoseconds(ulong monotonicNs) => unchecked((long)monotonicNs + Volatile.Read(ref _offset));

    /// <summary>
    /// Samples the offset again; call it once per batch. A sample whose reads lie far apart (the thread was preempted)
    /// replaces the offset only when it differs by more than its own uncertainty, that is when the clock was set.
    /// </summary>
    public void Refresh()
    {
        var (offset, bracket) = Sample();
        if (bracket <= ShortBracket || Math.Abs(offset - Volatile.Read(ref _offset)) > bracket)
            Volatile.Write(ref _offset, offset);
    }

    private (long Offset, long Bracket) Sample()
    {
        (long Offset, long Bracket) best = (0, long.MaxValue);
        for (int attempt = 0; attempt < Attempts && best.Bracket > ShortBracket; attempt++)
        {
            long before = _read(Libc.CLOCK_MONOTONIC);
            long realtime = _read(Libc.CLOCK_REALTIME);
            long bracket = _read(Libc.CLOCK_MONOTONIC) - before;
            if (bracket < best.Bracket) best = (realtime - before - bracket / 2, bracket);
        }
        return best;
    }

    internal static unsafe long Read(int clock)
    {
        Libc.Timespec time;
        // Both clocks exist on every kernel, so the call cannot fail.
        _ = Libc.clock_gettime(clock, &time);
        return time.Seconds * 1_000_000_000 + time.Nanoseconds;
    }
}
