using System.Diagnostics;
using Huatuo.Linux.Clock;

namespace Huatuo.Linux.Tests.Clock;

public class KernelClockTests
{
    private const int Realtime = 0;

    [Fact]
    public void Monotonic_is_the_clock_of_Stopwatch_in_nanoseconds()
    {
        // On Linux Stopwatch counts CLOCK_MONOTONIC in nanoseconds.
        var clock = new KernelClock();
        Assert.Equal(1_000_000_000, Stopwatch.Frequency);
        for (int i = 0; i < 1000; i++)
        {
            long before = Stopwatch.GetTimestamp();
            long now = clock.MonotonicNow();
            Assert.InRange(now, before, Stopwatch.GetTimestamp());
        }
    }

    [Fact]
    public void A_stamp_of_now_becomes_the_time_of_now()
    {
        var clock = new KernelClock();
        clock.Refresh();
        var before = TimeProvider.System.GetUtcNow();
        long utc = clock.ToUtcNanoseconds((ulong)clock.MonotonicNow());
        var after = TimeProvider.System.GetUtcNow();
        var margin = TimeSpan.FromMilliseconds(5);
        Assert.InRange(DateTimeOffset.UnixEpoch.AddTicks(utc / 100), before - margin, after + margin);
    }

    [Fact]
    public void The_offset_is_taken_in_the_middle_of_a_short_bracket()
    {
        var (monotonic, offset) = (1_000L, 5_000_000L);
        var clock = new KernelClock(id => id == Realtime ? (monotonic += 40) + offset : monotonic += 60);
        // Reads at m, m+40, m+100: the middle is m+50, so the estimate is 10 low.
        Assert.Equal(offset - 10 + 777, clock.ToUtcNanoseconds(777));
    }

    [Fact]
    public void A_preempted_sample_is_taken_only_when_the_clock_was_set()
    {
        long monotonic = 0, offset = 1_000_000_000, cost = 10;
        var clock = new KernelClock(id => id == Realtime ? monotonic + offset : monotonic += cost);
        long good = clock.ToUtcNanoseconds(0);

        cost = 100_000;
        clock.Refresh();
        Assert.Equal(good, clock.ToUtcNanoseconds(0));

        offset -= 3_600_000_000_000;
        clock.Refresh();
        Assert.InRange(clock.ToUtcNanoseconds(0), offset - cost, offset + cost);

        // A short sample is always taken, so that a clock that is only slewed is followed.
        cost = 10;
        clock.Refresh();
        Assert.Equal(offset - cost / 2, clock.ToUtcNanoseconds(0));
        offset += 3;
        clock.Refresh();
        Assert.Equal(offset - cost / 2, clock.ToUtcNanoseconds(0));
    }

    [Fact]
    public void Converting_allocates_nothing()
    {
        var clock = new KernelClock();
        clock.Refresh();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            clock.Refresh();
            _ = clock.ToUtcNanoseconds((ulong)clock.MonotonicNow());
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
