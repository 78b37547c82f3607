using Huatuo.Bpf.Features;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Cpu.Loadavg;

public sealed class LoadavgTests
{
    [Fact]
    public void AllOfTheLine()
    {
        using var stand = new CollectorStand();
        Assert.Equal("""
            huatuo_load1 15.83
            huatuo_load5 17.47
            huatuo_load15 15.66
            huatuo_threads_runnable 19
            huatuo_threads 312
            """, stand.Write("proc/loadavg", "15.83 17.47 15.66 19/312 40961\n").Scrape(new LoadavgTracer()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.1 0.2")]
    [InlineData("0.1 0.2 0.3 4 5")]
    [InlineData("0.1 0.2 nan 4/5 6")]
    [InlineData("0.1 -0.2 0.3 4/5 6")]
    [InlineData("0.1 0.2 0.3 4/x 6")]
    public void AnotherTextIsNone(string text)
    {
        using var stand = new CollectorStand();
        Assert.Equal("", stand.Write("proc/loadavg", text).Scrape(new LoadavgTracer()));
        Assert.Equal(1, stand.Services.Skipped.Count);
    }

    [Fact]
    public void AMissingFileIsAFailure()
    {
        using var stand = new CollectorStand();
        Assert.Throws<FileNotFoundException>(() => stand.Scrape(new LoadavgTracer()));
    }

    [Fact]
    public void ContainersOfAnotherMachineAreNotAskedFor()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/loadavg", "0.1 0.2 0.3 4/5 6\n");
        var kernel = new KernelFeatures(default, false, false, false, false, false, null, default) { Roots = SystemRoots.Below(stand.Root) };
        HookRung tasks = new LoadavgTracer().Ladder[0];
        Assert.Equal("a proc of this machine", tasks.Lacks(kernel, null)?.Feature);
        stand.Write("proc/sys/kernel/random/boot_id", "5e1f0000-0000-4000-8000-000000000000\n");
        Assert.Equal("a proc of this machine", tasks.Lacks(kernel, null)?.Feature);
        // Mounted elsewhere, as into a container.
        stand.Write("proc/sys/kernel/random/boot_id", File.ReadAllText("/proc/sys/kernel/random/boot_id"));
        Assert.Null(tasks.Lacks(kernel, null));
    }
}
