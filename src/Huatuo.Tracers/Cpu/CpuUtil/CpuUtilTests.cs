using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Cpu.CpuUtil;

public sealed class CpuUtilTests
{
    private const string Stat = """
        cpu  334991 70567 30195 36277 1171 0 589 6526 12 3
        cpu0 163072 38552 14684 19989 66 0 263 3550 0 0
        cpu1 171918 32014 15510 16288 1104 0 326 2976 12 3
        intr 2842493 0 0 1 15
        ctxt 17679406
        btime 1795704411
        processes 32992
        procs_running 7
        procs_blocked 1
        softirq 2164410 0 169908 465

        """;

    private const string Sums = """
        huatuo_cpu_seconds_total{mode="user"} 3349.91
        huatuo_cpu_seconds_total{mode="nice"} 705.67
        huatuo_cpu_seconds_total{mode="system"} 301.95
        huatuo_cpu_seconds_total{mode="idle"} 362.77
        huatuo_cpu_seconds_total{mode="iowait"} 11.71
        huatuo_cpu_seconds_total{mode="irq"} 0
        huatuo_cpu_seconds_total{mode="softirq"} 5.89
        huatuo_cpu_seconds_total{mode="steal"} 65.26
        huatuo_cpu_guest_seconds_total{mode="user"} 0.12
        huatuo_cpu_guest_seconds_total{mode="nice"} 0.03
        """;

    private const string Machine = """
        huatuo_cpus_online 2
        huatuo_interrupts_total 2842493
        huatuo_context_switches_total 17679406
        huatuo_boot_time_seconds 1795704411
        huatuo_forks_total 32992
        huatuo_tasks_running 7
        huatuo_tasks_blocked 1
        """;

    [Fact]
    public void TheMachineAsAWhole()
    {
        using var stand = new CollectorStand();
        Assert.Equal($"{Sums}\n{Machine}", stand.Write("proc/stat", Stat).Scrape(new CpuUtilTracer()));
        Assert.Equal(0, stand.Services.Skipped.Count);
    }

    [Fact]
    public void EachCpu()
    {
        using var stand = new CollectorStand();
        string page = stand.Write("proc/stat", Stat).Scrape(new CpuUtilTracer(), "per_cpu=true");
        Assert.StartsWith(Sums, page, StringComparison.Ordinal);
        Assert.EndsWith(Machine, page, StringComparison.Ordinal);
        Assert.Contains("""
            huatuo_cpu_core_seconds_total{cpu="0",mode="steal"} 35.5
            huatuo_cpu_core_seconds_total{cpu="1",mode="user"} 1719.18
            """, page, StringComparison.Ordinal);
        Assert.Equal(16, page.Split('\n').Count(line => line.StartsWith("huatuo_cpu_core_", StringComparison.Ordinal)));
    }

    [Fact]
    public void ManyCpusAreBounded()
    {
        using var stand = new CollectorStand();
        string page = stand.Write("proc/stat", string.Concat(Enumerable.Range(0, 1026).Select(cpu => $"cpu{cpu} 100 0 0 0 0 0 0 0\n"))).Scrape(new CpuUtilTracer(), "per_cpu=true");
        Assert.Contains("huatuo_cpu_core_seconds_total{cpu=\"1023\",mode=\"user\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("huatuo_cpu_core_seconds_total{cpu=\"other\",mode=\"other\"} 2\n", page, StringComparison.Ordinal);
        Assert.EndsWith("huatuo_cpus_online 1026", page, StringComparison.Ordinal);
    }

    /// <summary>The kernel's idle time may step back by a few ticks; the counter does not.</summary>
    [Fact]
    public void ASmallStepBackIsHeld()
    {
        using var stand = new CollectorStand();
        Func<string> scrape = stand.Write("proc/stat", "cpu 0 0 0 1000 500 0 0 0\n").Start(new CpuUtilTracer());
        Assert.Contains("{mode=\"idle\"} 10\n", scrape(), StringComparison.Ordinal);
        stand.Write("proc/stat", "cpu 0 0 0 998 501 0 0 0\n");
        Assert.Contains("{mode=\"idle\"} 10\nhuatuo_cpu_seconds_total{mode=\"iowait\"} 5.01\n", scrape(), StringComparison.Ordinal);
        stand.Write("proc/stat", "cpu 0 0 0 100 501 0 0 0\n");
        Assert.Contains("{mode=\"idle\"} 1\n", scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void BadLinesAreCountedAndTheOthersShown()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/stat", "cpu 1 2 3\nctxt many\nprocesses 5\ncpu0 1 2\nintr 99999999999999999999\nfoo 1\n");
        Assert.Equal("huatuo_cpus_online 1\nhuatuo_forks_total 5", stand.Scrape(new CpuUtilTracer()));
        Assert.Equal(3, stand.Services.Skipped.Count);
    }
}
