using System.Diagnostics;
using System.Globalization;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.MemoryFree;

/// <summary>Compaction that a task runs itself, and direct reclaim on a machine that may run out of memory.</summary>
public sealed class MemoryFreeKernelTests
{
    private const string Compactions = "huatuo_memory_free_compaction_seconds_count";
    private const string Reclaims = "huatuo_memory_free_reclaim_seconds_count";

    [Fact]
    public async Task A_task_that_compacts_is_stalled()
    {
        const string trigger = "/proc/sys/vm/compact_memory";
        Assert.SkipUnless(File.Exists(trigger), "this kernel lacks compaction (CONFIG_COMPACTION)");
        await using RunningTracer tracer = await RunningTracer.StartAsync(new MemoryFreeTracer(), new TracerOptions());
        MetricPage begin = tracer.Scrape();
        var elapsed = Stopwatch.StartNew();
        await File.WriteAllTextAsync(trigger, "1", TestContext.Current.CancellationToken);
        elapsed.Stop();
        MetricPage end = tracer.Scrape();
        Assert.True(end[Compactions] > begin[Compactions], end.Text);
        double stalled = end["huatuo_memory_free_compaction_seconds_sum"] - begin["huatuo_memory_free_compaction_seconds_sum"];
        // Others may compact at the same time, but hardly on more CPUs than there are.
        Assert.InRange(stalled, 1e-9, elapsed.Elapsed.TotalSeconds * (1 + Environment.ProcessorCount));
    }

    [Fact]
    public async Task Direct_reclaim_is_that_which_the_kernel_counts()
    {
        DisposableMachine.Require();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new MemoryFreeTracer(), new TracerOptions());
        double before = Allocstalls();
        MetricPage begin = tracer.Scrape();
        // tail keeps all of a line that never ends, until it is killed for that.
        using (Process hog = Command.Start("bash", "-c", "tail < /dev/zero"))
            await hog.WaitForExitAsync(TestContext.Current.CancellationToken);
        MetricPage end = tracer.Scrape();
        Assert.InRange(end[Reclaims] - begin[Reclaims], 1, Allocstalls() - before);
        Assert.True(end["huatuo_memory_free_reclaim_seconds_sum"] > begin["huatuo_memory_free_reclaim_seconds_sum"], end.Text);
    }

    private static double Allocstalls() => File.ReadLines("/proc/vmstat")
        .Where(line => line.StartsWith("allocstall_", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
}
