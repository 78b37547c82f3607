using Huatuo.Linux.Clock;

namespace Huatuo.Linux.Tests.Clock;

public class WallClockStepsTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_700_000_000 * Second;

    private long _monotonic = 1000 * Second;
    private long _offset = Start;
    private long _cost;

    private WallClockSteps Clock() => new(clock => clock == 0 ? _monotonic + _offset : _monotonic += _cost);

    private long Stamp() => _monotonic + _offset;

    [Fact]
    public void A_stamp_of_the_real_clocks_is_as_old_as_it_is()
    {
        var clock = new WallClockSteps();
        var monotonic = new KernelClock();
        long before = monotonic.MonotonicNow();
        long stamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        long after = monotonic.MonotonicNow();
        const long resolution = 1_000_000, uncertainty = 100_000;
        Assert.InRange(clock.Age(stamp, after + Second), Second - uncertainty, Second + after - before + resolution + uncertainty);
    }

    [Theory]
    [InlineData(Second)]
    [InlineData(-Second)]
    [InlineData(3_000_000_000_000)]
    [InlineData(-3_000_000_000_000)]
    public void A_stamp_from_before_a_step_keeps_its_age(long step)
    {
        WallClockSteps clock = Clock();
        long stamp = Stamp();
        _monotonic += 10;
        clock.Refresh();
        _monotonic += 10;
        _offset += step;
        Assert.True(clock.Refresh());
        Assert.Equal(Start + step, clock.Offset);
        _monotonic += 10;
        Assert.Equal(30, clock.Age(stamp, _monotonic));
    }

    [Theory]
    [InlineData(Second)]
    [InlineData(-Second)]
    public void A_stamp_from_after_a_step_is_known_as_soon_as_the_clocks_are_read(long step)
    {
        WallClockSteps clock = Clock();
        _monotonic += 10;
        _offset += step;
        _monotonic += 10;
        long stamp = Stamp();
        _monotonic += 5;
        clock.Refresh();
        Assert.Equal(5, clock.Age(stamp, _monotonic));
    }

    [Fact]
    public void A_stamp_that_may_mean_two_moments_means_the_later_one()
    {
        WallClockSteps clock = Clock();
        // The wall clock shows the same time twice.
        long stamp = Stamp();
        _monotonic += Second;
        _offset -= Second;
        clock.Refresh();
        Assert.Equal(stamp, Stamp());
        Assert.Equal(0, clock.Age(stamp, _monotonic));
        Assert.Equal(Second, clock.Age(stamp, _monotonic + Second));
    }

    [Fact]
    public void What_the_clock_never_showed_has_no_age()
    {
        WallClockSteps clock = Clock();
        Assert.Equal(-1, clock.Age(Stamp() + 1, _monotonic));
        Assert.Equal(-1, clock.Age(_monotonic, _monotonic));
        Assert.Equal(-1, clock.Age(0, _monotonic));
        Assert.Equal(-1, clock.Age(long.MinValue, _monotonic));
        Assert.Equal(-1, clock.Age(long.MaxValue, _monotonic));
        long skipped = Stamp() + Second / 2;
        clock.Refresh();
        _offset += Second;
        clock.Refresh();
        Assert.Equal(-1, clock.Age(skipped, _monotonic));
        Assert.Equal(_monotonic, clock.Age(Start, _monotonic));
    }

    [Fact]
    public void A_sample_that_was_interrupted_is_no_step()
    {
        WallClockSteps clock = Clock();
        _cost = 100_000;
        Assert.False(clock.Refresh());
        Assert.Equal(Start, clock.Offset);
        _offset += Second;
        Assert.True(clock.Refresh());
        Assert.InRange(clock.Offset, Start + Second - _cost, Start + Second + _cost);
        // The next good sample makes it exact.
        _cost = 0;
        Assert.True(clock.Refresh());
        Assert.Equal(Start + Second, clock.Offset);
        Assert.False(clock.Refresh());
    }

    [Fact]
    public void A_clock_that_is_set_all_the_time_keeps_the_last_steps()
    {
        WallClockSteps clock = Clock();
        long first = Stamp();
        for (int step = 0; step < 100; step++)
        {
            _monotonic += 10;
            _offset += Second;
            clock.Refresh();
            long stamp = Stamp();
            Assert.Equal(0, clock.Age(stamp, _monotonic));
            Assert.Equal(7, clock.Age(stamp, _monotonic + 7));
        }
        Assert.Equal(-1, clock.Age(first, _monotonic));
    }
}
