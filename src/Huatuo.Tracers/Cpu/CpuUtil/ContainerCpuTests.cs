using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Cpu.CpuUtil;

public sealed class ContainerCpuTests
{
    private const string Expected = """
        huatuo_cpu_container_seconds_total{container_id="a",mode="user"} 1.5
        huatuo_cpu_container_seconds_total{container_id="a",mode="system"} 0.5
        huatuo_cpu_container_seconds_total{container_id="b",mode="user"} 0
        huatuo_cpu_container_seconds_total{container_id="b",mode="system"} 0
        huatuo_cpu_container_limit_cores{container_id="a"} 2.5
        """;

    [Fact]
    public void V2()
    {
        using var stand = new ContainerStand(isV1: false);
        stand.Write("proc/stat", "")
            .Add('a', ("cpu.stat", "usage_usec 2000000\nuser_usec 1500000\nsystem_usec 500000\n"), ("cpu.max", "250000 100000\n"))
            .Add('b', ("cpu.stat", "usage_usec 0\nuser_usec 0\nsystem_usec 0\n"), ("cpu.max", "max 100000\n"))
            .Add('c', ("cpu.max", "many\n"));
        Assert.Equal(Expected, stand.Scrape(new CpuUtilTracer()));
        Assert.Equal(1, stand.Services.Skipped.Count);
    }

    [Fact]
    public void V1()
    {
        using var stand = new ContainerStand(isV1: true);
        stand.Write("proc/stat", "")
            .Add('a', ("cpuacct/cpuacct.usage_user", "1500000000\n"), ("cpuacct/cpuacct.usage_sys", "500000000\n"), ("cpu/cpu.cfs_quota_us", "250000\n"), ("cpu/cpu.cfs_period_us", "100000\n"))
            .Add('b', ("cpuacct/cpuacct.usage_user", "0\n"), ("cpuacct/cpuacct.usage_sys", "0\n"), ("cpu/cpu.cfs_quota_us", "-1\n"), ("cpu/cpu.cfs_period_us", "100000\n"), ("cpu/cpu.stat", "nr_periods 0\n"));
        Assert.Equal(Expected, stand.Scrape(new CpuUtilTracer()));
        Assert.Equal(0, stand.Services.Skipped.Count);
    }
}
