using System.Diagnostics;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Tests;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>Containers whose tasks run, wait for a file system that never answers, or sleep.</summary>
public sealed class LoadavgKernelTests
{
    private const string Busy = "10ad10ad10ad10ad10ad10ad10ad10ad10ad10ad10ad10ad10ad10ad10ad10ad";
    private const string Idle = "1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e";
    private const int Spinning = 3;
    private static readonly (double, double) s_none = (-1, -1);

    [Fact]
    public async Task Tasks_count_for_their_container_while_they_run_or_wait_uninterruptibly()
    {
        await using RunningTracer tracer = await StartAsync();
        await using (var busy = new MemoryCgroup("docker-" + Busy + ".scope"))
        await using (var idle = new MemoryCgroup("docker-" + Idle + ".scope"))
        {
            using SilentFileSystem first = new(), second = new();
            idle.Start("exec sleep infinity");
            Process[] blocked = [await BlockAsync(busy, first), await BlockAsync(busy, second)];
            Process[] spinning = [.. Enumerable.Range(0, Spinning).Select(_ => busy.Start("while :; do :; done"))];
            MetricPage page = await tracer.UntilAsync(
                page => Of(page, Busy) == (Spinning, blocked.Length) && Of(page, Idle) == (0, 0), "as many as were started");
            Assert.True(page["huatuo_threads_runnable"] >= 1, page.Text);

            first.Abort();
            await blocked[0].WaitForExitAsync(TestContext.Current.CancellationToken);
            spinning[0].Kill();
            await spinning[0].WaitForExitAsync(TestContext.Current.CancellationToken);
            await tracer.UntilAsync(page => Of(page, Busy) == (Spinning - 1, blocked.Length - 1), "one less of each");

            second.Abort();
            await blocked[1].WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await tracer.UntilAsync(page => Of(page, Busy) == s_none && Of(page, Idle) == s_none, "neither, when they are gone");
    }

    [Fact]
    public async Task Many_tasks_are_all_counted()
    {
        // More than one read of the iterator has room for. All but the first wait for the folder (fs/fuse/inode.c: fuse_lock_inode).
        const int waiting = 300;
        await using RunningTracer tracer = await StartAsync();
        await using var cgroup = new MemoryCgroup("docker-" + Busy + ".scope");
        using var silent = new SilentFileSystem();
        Process first = await BlockAsync(cgroup, silent);
        Process others = cgroup.Start($"for ((i = 0; i < {waiting}; i++)); do stat '{silent.Path}/'$i 2>/dev/null & done; wait");
        await tracer.UntilAsync(page => Of(page, Busy) == (0, waiting + 1), "all of them");

        silent.Abort();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        await others.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), Of(tracer.Scrape(), Busy));
    }

    [Fact]
    public async Task The_load_of_a_container_is_the_formula_over_what_proc_tells()
    {
        var time = new FakeTimeProvider();
        await using RunningTracer tracer = await StartAsync(time);
        await using var busy = new MemoryCgroup("docker-" + Busy + ".scope");
        await using var idle = new MemoryCgroup("docker-" + Idle + ".scope");
        using var silent = new SilentFileSystem();
        idle.Start("exec sleep infinity");
        Process[] members = [await BlockAsync(busy, silent), .. Enumerable.Range(0, Spinning).Select(_ => busy.Start("while :; do :; done"))];
        MetricPage page = await tracer.UntilAsync(page => Of(page, Busy) == (Spinning, 1) && Of(page, Idle) == (0, 0), "as many as were started");
        Assert.Equal((0, 0, 0), Averages(page, Busy));

        (double one, double five, double fifteen) = (0, 0, 0);
        for (int look = 0; look < 60; look++)
        {
            int tasks = members.Count(CountsForTheLoad);
            Assert.Equal(Spinning + 1, tasks);
            time.Advance(ContainerAverages.Period);
            one += (tasks - one) * (1 - Math.Exp(-5 / 60.0));
            five += (tasks - five) * (1 - Math.Exp(-5 / 300.0));
            fifteen += (tasks - fifteen) * (1 - Math.Exp(-5 / 900.0));
        }
        page = tracer.Scrape();
        (double, double, double) loads = Averages(page, Busy);
        // The kernel's factors are rounded to 11 bits.
        Assert.Equal(one, loads.Item1, 0.02);
        Assert.Equal(five, loads.Item2, 0.05);
        Assert.Equal(fifteen, loads.Item3, 0.1);
        Assert.Equal((0, 0, 0), Averages(page, Idle));

        silent.Abort();
        foreach (Process member in members)
        {
            member.Kill();
            await member.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        for (int look = 0; look < 12; look++)
            time.Advance(ContainerAverages.Period);
        Assert.Equal(one / Math.E, Averages(tracer.Scrape(), Busy).One, 0.02);
    }

    // Once it has asked and was killed, it waits for nothing but the answer.
    private static async Task<Process> BlockAsync(MemoryCgroup cgroup, SilentFileSystem silent)
    {
        Process process = cgroup.Start($"exec stat '{silent.Path}/file'");
        await silent.AskedAsync();
        process.Kill();
        return process;
    }

    private static async Task<RunningTracer> StartAsync(TimeProvider? time = null)
    {
        var definition = new LoadavgTracer();
        return await RunningTracer.StartAsync(definition, new TracerOptions { Hook = definition.Ladder[0].Name }, time: time);
    }

    // fs/proc/array.c: after the name in brackets.
    private static bool CountsForTheLoad(Process process) => File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[^1][0] is 'R' or 'D';

    private static (double One, double Five, double Fifteen) Averages(MetricPage page, string container)
    {
        string labels = $"{{container_id=\"{container}\"}}";
        return (page.Samples["huatuo_load_container_load1" + labels], page.Samples["huatuo_load_container_load5" + labels], page.Samples["huatuo_load_container_load15" + labels]);
    }

    private static (double Runnable, double Uninterruptible) Of(MetricPage page, string container) =>
        (page.Samples.GetValueOrDefault($"huatuo_load_container_runnable{{container_id=\"{container}\"}}", s_none.Item1),
        page.Samples.GetValueOrDefault($"huatuo_load_container_uninterruptible{{container_id=\"{container}\"}}", s_none.Item2));
}
