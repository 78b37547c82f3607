using Huatuo.Profiling.Continuous;

namespace Huatuo.Profiling.Tests.Continuous;

/// <summary>The rate follows the cost.</summary>
public sealed class RateControlTests
{
    [Fact]
    public void Within_the_budget_nothing_changes()
    {
        var rate = new RateControl(0.01, 5);
        for (int window = 0; window < 100; window++)
            rate.Take(0.01);
        Assert.Equal((0, 0, 0L, 0L), (rate.Level, rate.Pause, rate.Lowered, rate.Raised));
    }

    [Fact]
    public void Over_it_the_rate_goes_as_far_down_as_is_needed_at_once()
    {
        var rate = new RateControl(0.01, 7);
        rate.Take(0.05);
        Assert.Equal((3, 0, 1L), (rate.Level, rate.Pause, rate.Lowered));
        rate.Take(0.011);
        Assert.Equal((4, 2L), (rate.Level, rate.Lowered));
    }

    [Fact]
    public void It_goes_up_again_a_level_at_a_time_after_calm_windows()
    {
        var rate = new RateControl(0.01, 7);
        rate.Take(0.04);
        Assert.Equal(2, rate.Level);
        for (int window = 1; window < RateControl.CalmWindows; window++)
            rate.Take(0.001);
        Assert.Equal(2, rate.Level);
        // One that has no room for twice the cost begins the count again.
        rate.Take(0.006);
        for (int window = 1; window < RateControl.CalmWindows; window++)
            rate.Take(0.001);
        Assert.Equal((2, 0L), (rate.Level, rate.Raised));
        rate.Take(0.001);
        Assert.Equal((1, 1L), (rate.Level, rate.Raised));
    }

    [Fact]
    public void A_cost_that_follows_the_rate_settles_without_swinging()
    {
        var rate = new RateControl(0.01, 7);
        List<int> levels = [];
        for (int window = 0; window < 200; window++)
        {
            rate.Take(0.03 / (1 << rate.Level));
            levels.Add(rate.Level);
        }
        Assert.All(levels, level => Assert.Equal(2, level));
    }

    [Fact]
    public void At_the_lowest_rate_it_pauses_as_long_as_the_budget_asks_for()
    {
        var rate = new RateControl(0.01, 2);
        rate.Take(0.5);
        Assert.Equal((1, 0), (rate.Level, rate.Pause));
        rate.Take(0.04);
        Assert.Equal(3, rate.Pause);
        rate.Take(100);
        Assert.Equal(RateControl.LongestPause, rate.Pause);
        rate.Take(0.001);
        Assert.Equal(0, rate.Pause);
    }
}
