using Huatuo.Profiling.Sampling;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Profiling.Tests.Sampling;

/// <summary>What is drawn follows how many stacks are taken.</summary>
public sealed class StackPaceTests
{
    private readonly FakeTimeProvider _time = new();
    private ulong _stacks;

    [Fact]
    public void Within_the_bound_all_are_taken()
    {
        var pace = new StackPace(1000, 7, _time);
        for (int look = 0; look < 20; look++)
            Assert.False(Look(pace, 250));
        Assert.Equal(0, pace.Level);
    }

    [Fact]
    public void Above_it_the_level_goes_as_far_as_is_needed_at_once_and_back_when_it_is_quiet()
    {
        var pace = new StackPace(1000, 7, _time);
        Assert.True(Look(pace, 5 * 250));
        Assert.Equal(3, pace.Level);
        Assert.False(Look(pace, 5 * 250 / 8));
        Assert.True(Look(pace, 251));
        Assert.Equal(4, pace.Level);
        // At a quarter, half would be too many at the level before the one before.
        Assert.True(Look(pace, 62));
        Assert.Equal(3, pace.Level);
        Assert.True(Look(pace, 0));
        Assert.Equal(0, pace.Level);
    }

    [Fact]
    public void It_settles_whatever_the_rate_is()
    {
        var random = new Random(7);
        for (int run = 0; run < 1000; run++)
        {
            _stacks = 0;
            var pace = new StackPace(1000, 20, _time);
            double rate = Math.Pow(10, 6 * random.NextDouble());
            for (int look = 0; look < 4; look++)
                Look(pace, (ulong)(rate / (1 << pace.Level) / 4));
            Assert.InRange(rate / (1 << pace.Level), 0, 1000 + 4);
            Assert.True(pace.Level == 0 || rate / (1 << pace.Level) > 125, $"{rate} a second at level {pace.Level}");
            Assert.False(Look(pace, (ulong)(rate / (1 << pace.Level) / 4)), $"{rate} a second");
        }
    }

    [Fact]
    public void There_are_so_many_levels_and_none_without_a_bound()
    {
        var pace = new StackPace(1000, 7, _time);
        Look(pace, uint.MaxValue);
        Assert.Equal(6, pace.Level);
        _stacks = 0;
        var boundless = new StackPace(0, 7, _time);
        Assert.False(Look(boundless, uint.MaxValue));
    }

    [Fact]
    public void Two_looks_at_once_are_one()
    {
        var pace = new StackPace(1000, 7, _time);
        Look(pace, 250);
        Assert.False(pace.Take(_stacks + 10));
        Assert.Equal(0, pace.Level);
        Assert.False(Look(pace, 250));
    }

    private bool Look(StackPace pace, ulong more)
    {
        _time.Advance(TimeSpan.FromMilliseconds(250));
        return pace.Take(_stacks += more);
    }
}
