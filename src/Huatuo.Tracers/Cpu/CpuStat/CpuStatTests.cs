using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Cpu.CpuStat;

public sealed class CpuStatTests
{
    private const string OfV2 = "usage_usec 100\nuser_usec 60\nsystem_usec 40\nnr_periods 10\nnr_throttled 2\nthrottled_usec 1500000\nnr_bursts 3\nburst_usec 4\n";

    [Fact]
    public void V2()
    {
        using var stand = new ContainerStand(isV1: false);
        Assert.Equal("""
            huatuo_cpu_stat_container_periods_total{container_id="a"} 10
            huatuo_cpu_stat_container_throttled_periods_total{container_id="a"} 2
            huatuo_cpu_stat_container_throttled_seconds_total{container_id="a"} 1.5
            huatuo_cpu_stat_container_bursts_total{container_id="a"} 3
            huatuo_cpu_stat_container_burst_seconds_total{container_id="a"} 4E-06
            """, stand.Add('a', ("cpu.stat", OfV2)).Add('b', ("cpu.stat", "usage_usec 1\n")).Scrape(new CpuStatTracer()));
        Assert.Equal(0, stand.Services.Skipped.Count);
    }

    [Fact]
    public void V1()
    {
        using var stand = new ContainerStand(isV1: true);
        Assert.Equal("""
            huatuo_cpu_stat_container_periods_total{container_id="a"} 10
            huatuo_cpu_stat_container_throttled_periods_total{container_id="a"} 2
            huatuo_cpu_stat_container_throttled_seconds_total{container_id="a"} 1.5
            huatuo_cpu_stat_container_wait_seconds_total{container_id="a"} 2E-09
            """,
            stand.Add('a', ("cpu/cpu.stat", "nr_periods 10\nnr_throttled 2\nthrottled_time 1500000000\nwait_sum 2\n")).Scrape(new CpuStatTracer()));
    }

    /// <summary>One that ends or has no files takes nothing from the others; its series are gone at the next scrape.</summary>
    [Fact]
    public void ContainersComeAndGo()
    {
        using var stand = new ContainerStand(isV1: false);
        Func<string> scrape = stand.Add('a', ("cpu.stat", "nr_periods 1\nbad\n")).Add('b').Start(new CpuStatTracer());
        Assert.Equal("huatuo_cpu_stat_container_periods_total{container_id=\"a\"} 1", scrape());
        Assert.Equal(1, stand.Services.Skipped.Count);
        stand.Add('c', ("cpu.stat", "nr_periods 3\n"));
        stand.End('a');
        Assert.Equal("huatuo_cpu_stat_container_periods_total{container_id=\"c\"} 3", scrape());
    }
}
