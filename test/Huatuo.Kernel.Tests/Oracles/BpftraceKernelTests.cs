using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Disk.Iolatency;
using Huatuo.Tracers.Scheduling.Runqlat;
using Huatuo.Tracers.Scheduling.Softirq;
using Huatuo.Tracers.Tests;

namespace Huatuo.Kernel.Tests.Oracles;

/// <summary>The kernel's histograms against scripts of bpftrace that measure the same with two probes, in the same seconds.</summary>
[Trait("kernels", "one")]
public sealed class BpftraceKernelTests
{
    // Both begin and end at moments that differ a little.
    private const double SameShare = 0.03, SameCount = 0.1;

    // 15 us: from there on a microsecond more or less makes no difference.
    private const int Long = -16;

    // 8 ms.
    private const int LongWait = -7;

    [Theory]
    [InlineData(RunqlatRun.SchedInfo)]
    [InlineData(RunqlatRun.Wakeup)]
    public async Task Waits_for_a_CPU_are_those_of_runqlat(string hook)
    {
        const string script = """
            tracepoint:sched:sched_wakeup, tracepoint:sched:sched_wakeup_new { @queued[args->pid] = nsecs; }
            tracepoint:sched:sched_switch
            {
                if (args->prev_pid != 0 && (args->prev_state == 0 || args->prev_state == 256)) { @queued[args->prev_pid] = nsecs; }
                $queued = @queued[args->next_pid];
                if ($queued) { @waits = hist(((nsecs - $queued) * 1125900) >> 20); delete(@queued[args->next_pid]); }
            }
            """;
        await using RunningTracer tracer = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions { Hook = hook });
        using Bpftrace oracle = await Bpftrace.StartAsync(script, ["waits"]);
        MetricPage begin = tracer.Scrape();
        // Two programs that hand a pipe on, beside two that want the same CPU all the time.
        await RunAsync("(timeout 4 sh -c 'while :; do :; done' & timeout 4 sh -c 'while :; do :; done' & timeout 4 sh -c 'yes | cat > /dev/null'; wait) 2> /dev/null");
        OctaveHistogram theirs = OctaveHistogram.Of((await oracle.EndAsync())["waits"]), ours = OctaveHistogram.Of(begin, tracer.Scrape(), "huatuo_runqlat_seconds");
        // The run queue's clock, which the first hook uses, may stand still for some microseconds, on a busy machine for more.
        if (hook == RunqlatRun.SchedInfo)
            Compare(theirs, ours, from: -18, near: Long + 2);
        else
            Compare(theirs, ours, from: -21);
        // The scheduler counts anew when it moves a task that waits, and so does the first hook.
        double low = hook == RunqlatRun.SchedInfo ? 0.3 : 0.8;
        Assert.InRange(ours.Above(LongWait), theirs.Above(LongWait) * low - 10, theirs.Above(LongWait) * 1.2 + 10);
    }

    [Fact]
    public async Task Softirqs_are_those_of_softirqs()
    {
        // include/linux/interrupt.h.
        const string netRx = "3";
        const string script = """
            tracepoint:irq:softirq_raise { if (!@raised[cpu, args->vec]) { @raised[cpu, args->vec] = nsecs; } }
            tracepoint:irq:softirq_entry
            {
                $raised = @raised[cpu, args->vec];
                if ($raised) { @waits[args->vec] = hist(((nsecs - $raised) * 1125900) >> 20); delete(@raised[cpu, args->vec]); }
                @entered[cpu, args->vec] = nsecs;
            }
            tracepoint:irq:softirq_exit
            {
                $entered = @entered[cpu, args->vec];
                if ($entered) { @handlers[args->vec] = hist(((nsecs - $entered) * 1125900) >> 20); delete(@entered[cpu, args->vec]); }
            }
            """;
        await using RunningTracer tracer = await RunningTracer.StartAsync(new SoftirqTracer(), new TracerOptions());
        Provoke.Udp("127.0.0.1", 9, 100);
        using Bpftrace oracle = await Bpftrace.StartAsync(script, ["waits", "handlers"]);
        MetricPage begin = tracer.Scrape();
        for (var sending = Stopwatch.StartNew(); sending.Elapsed < TimeSpan.FromSeconds(4);)
            Provoke.Udp("127.0.0.1", 9, 200);
        Dictionary<string, JsonElement> maps = await oracle.EndAsync();
        MetricPage end = tracer.Scrape();
        const string vector = "{vector=\"NET_RX\"}";
        Compare(OctaveHistogram.Of(maps["waits"].GetProperty(netRx)), OctaveHistogram.Of(begin, end, "huatuo_softirq_latency_seconds", vector), from: -22);
        Compare(OctaveHistogram.Of(maps["handlers"].GetProperty(netRx)), OctaveHistogram.Of(begin, end, "huatuo_softirq_handler_seconds", vector), from: -22);
    }

    [Fact]
    public async Task Requests_to_a_disk_are_those_of_biolatency()
    {
        const string script = """
            tracepoint:block:block_rq_issue /args->dev == $1/ { @issued[args->sector] = nsecs; }
            tracepoint:block:block_rq_complete /args->dev == $1/
            {
                $issued = @issued[args->sector];
                if ($issued && strncmp(args->rwbs, "R", 1) == 0) { @reads = hist(((nsecs - $issued) * 1125900) >> 20); }
                delete(@issued[args->sector]);
            }
            """;
        using var disk = new LoopDisk();
        string file = Path.Combine(disk.Folder, "file"), labels = $"{{disk=\"{disk.Name}\",operation=\"read\"}}";
        await RunAsync($"dd if=/dev/zero of='{file}' bs=1M count=16 oflag=direct status=none && dd if='{file}' of=/dev/null bs=4k count=1 iflag=direct status=none");
        await using RunningTracer tracer = await RunningTracer.StartAsync(new IolatencyTracer(), new IolatencyOptions());
        const int loopMajor = 7, minorBits = 20;
        using Bpftrace oracle = await Bpftrace.StartAsync(script, ["reads"], string.Create(CultureInfo.InvariantCulture, $"{loopMajor << minorBits | disk.Minor}"));
        MetricPage begin = tracer.Scrape();
        await RunAsync($"dd if='{file}' of=/dev/null bs=4k count=4000 iflag=direct status=none");
        OctaveHistogram theirs = OctaveHistogram.Of((await oracle.EndAsync())["reads"]), ours = OctaveHistogram.Of(begin, tracer.Scrape(), "huatuo_iolatency_dispatch_seconds", labels);
        Assert.InRange(theirs.Count, 4000, 4500);
        Compare(theirs, ours, from: -20);
    }

    /// <summary>Asserts that both tell the same from a power of two of a second on, and below another one the same or its neighbour.</summary>
    private static void Compare(OctaveHistogram theirs, OctaveHistogram ours, int from, int near = Long)
    {
        string both = $"bpftrace {theirs}\nhuatuo   {ours}";
        TestContext.Current.TestOutputHelper?.WriteLine(both);
        Assert.True(theirs.Count >= 500, both);
        Assert.True(Math.Abs(ours.Count - theirs.Count) <= theirs.Count * SameCount, both);
        for (int exponent = from; exponent <= OctaveHistogram.Largest; exponent++)
        {
            // Two programs on one tracepoint run one after the other, which matters where a duration is hardly longer than that.
            int about = exponent < near ? 1 : 0;
            Assert.True(theirs.ShareTo(exponent) >= ours.ShareTo(exponent - about) - SameShare, $"up to 2^{exponent} s:\n{both}");
            Assert.True(theirs.ShareTo(exponent) <= ours.ShareTo(exponent + about) + SameShare, $"up to 2^{exponent} s:\n{both}");
        }
    }

    private static async Task RunAsync(string script)
    {
        using Process process = Command.Start("bash", "-c", script);
        Task<string> said = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await said);
    }
}
