using System.Diagnostics;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Data that a test held up, and how late it was by the test's own clock.</summary>
/// <param name="Bytes">How much: it is known by that.</param>
/// <param name="Least">It took at least this long.</param>
/// <param name="Most">It took at most this long.</param>
/// <param name="Before">A moment before it was sent.</param>
/// <param name="After">A moment after it was received.</param>
/// <param name="Tid">The thread that received it.</param>
internal sealed record LateArrival(int Bytes, TimeSpan Least, TimeSpan Most, DateTimeOffset Before, DateTimeOffset After, int Tid)
{
    private static readonly TimeSpan s_hold = TimeSpan.FromMilliseconds(30);

    /// <summary>Whatever is held up takes longer than this.</summary>
    internal static TimeSpan Threshold => TimeSpan.FromMilliseconds(20);

    /// <summary>CLOCK_MONOTONIC in nanoseconds, which Stopwatch counts.</summary>
    internal static long Now => Stopwatch.GetTimestamp();

    /// <summary>Holds up the caller, who stays on its CPU: the others may be busy, and the timers with them.</summary>
    internal static void Wait()
    {
        for (long start = Now; Now - start < s_hold.TotalNanoseconds;)
            Thread.Yield();
    }

    /// <summary>Makes one of four moments by <see cref="Now"/>.</summary>
    /// <param name="bytes">How much data.</param>
    /// <param name="sending">Before it was sent.</param>
    /// <param name="sent">When it surely was.</param>
    /// <param name="letting">Until when it was surely held.</param>
    /// <param name="received">After it was received.</param>
    /// <param name="tid">The thread that received it.</param>
    internal static LateArrival Of(int bytes, long sending, long sent, long letting, long received, int tid = 0)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        TimeSpan most = Span(received - sending);
        return new LateArrival(bytes, Span(letting - sent), most, now - Span(Now - sending), now, tid);
    }

    private static TimeSpan Span(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / 100);
}
