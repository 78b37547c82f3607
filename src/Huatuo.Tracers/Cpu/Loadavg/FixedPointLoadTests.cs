namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>Against the kernel's figures by hand.</summary>
public sealed class FixedPointLoadTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    /// <summary>What is left of 2048 by EXP_1, EXP_5 and EXP_15.</summary>
    [Theory]
    [InlineData(1, 2048 - 1884)]
    [InlineData(5, 2048 - 2014)]
    [InlineData(15, 2048 - 2037)]
    public void One_step_is_the_kernels(int minutes, ulong parts)
    {
        var load = new FixedPointLoad(s_interval, TimeSpan.FromMinutes(minutes));
        load.Add(1);
        Assert.Equal(parts, load.Parts);
    }

    [Fact]
    public void It_comes_to_the_number_of_tasks_and_falls_again()
    {
        var load = new FixedPointLoad(s_interval, TimeSpan.FromMinutes(1));
        load.Add(10);
        Assert.Equal(Math.Ceiling(10.0 * (2048 - 1884)) / 2048, load.Value, 3);
        for (int i = 0; i < 200; i++)
            load.Add(10);
        Assert.Equal(10.0, load.Value);
        for (int i = 0; i < 12; i++)
            load.Add(0);
        Assert.InRange(load.Value, 3.6, 3.7);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10 * 1884.0 / 2048)]
    [InlineData(12, 3.67)]
    [InlineData(13, 3.38)]
    [InlineData(1000, 0)]
    [InlineData(ulong.MaxValue, 0)]
    public void Missed_values_let_it_fall_at_once(ulong values, double left)
    {
        var load = new FixedPointLoad(s_interval, TimeSpan.FromMinutes(1));
        for (int i = 0; i < 200; i++)
            load.Add(10);
        load.Decay(values);
        Assert.Equal(left, load.Value, 0.02);
    }
}
