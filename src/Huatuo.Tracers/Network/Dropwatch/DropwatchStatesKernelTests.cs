using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>What a tracer says when it cannot run.</summary>
public sealed class DropwatchStatesKernelTests
{
    [Fact]
    public async Task An_unknown_hook_fails_and_lists_the_rungs()
    {
        await using RunningTracer tracer = await RunningTracer.SettleAsync(new DropwatchTracer(), new DropwatchOptions { Hook = "kprobe/kfree_skb" });
        Assert.Equal(TracerState.Failed, tracer.Runner.State);
        Assert.StartsWith("tracers.dropwatch.hook: 'kprobe/kfree_skb' is none of auto, tp_btf/kfree_skb, tp/skb/kfree_skb", tracer.Runner.LastError);
        Assert.Equal(0, tracer.Runner.Runs);
    }

    [Fact]
    public async Task A_disabled_tracer_loads_nothing()
    {
        await using RunningTracer tracer = await RunningTracer.SettleAsync(new DropwatchTracer(), new DropwatchOptions { Enabled = false });
        Assert.Equal(TracerState.Disabled, tracer.Runner.State);
        Assert.False(tracer.Runner.Inspect(_ => { }));
    }

    [Fact]
    public async Task The_best_rung_is_taken()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), new DropwatchOptions());
        // It needs atomics that return a value, 5.12.
        KernelRelease.TryRead(out KernelRelease release);
        Assert.Equal(release.Since(5, 12) ? "tp_btf/kfree_skb" : "tp/skb/kfree_skb", tracer.Runner.Rung);
        await tracer.StopAsync();
        Assert.Equal(TracerState.Stopped, tracer.Runner.State);
        Balance.Check(tracer);
    }

    [Fact, Trait("kernels", "one")]
    public async Task A_failing_start_is_tried_again_after_growing_waits()
    {
        var time = new WatchedTime();
        // Perf rings need to know which CPUs are online, and this /sys does not say.
        const string noSys = "/nonexistent/sys";
        await using RunningTracer tracer = await RunningTracer.SettleAsync(
            new DropwatchTracer(), new DropwatchOptions { Transport = Transport.Perf }, noSys, time);
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        {
            TimeSpan wait = await time.NextTimerAsync();
            Assert.Equal(TimeSpan.FromSeconds(seconds), wait);
            Assert.Equal(TracerState.BackingOff, tracer.Runner.State);
            long runs = tracer.Runner.Runs;
            time.Advance(wait - TimeSpan.FromMilliseconds(1));
            Assert.Equal(runs, tracer.Runner.Runs);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.Equal(TimeSpan.FromSeconds(300), await time.NextTimerAsync());
        Assert.Equal(12, tracer.Runner.Runs);
        Assert.Contains(noSys, tracer.Runner.LastError!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_that_this_kernel_lacks_is_settled_at_once()
    {
        await using RunningTracer tracer = await RunningTracer.SettleAsync(new DropwatchTracer(), new DropwatchOptions { Reasons = ["NO_SUCH_REASON"] });
        Assert.Equal(TracerState.Failed, tracer.Runner.State);
        Assert.Equal(1, tracer.Runner.Runs);
        Assert.Matches(
            DropOracle.TellsReasons
                ? "^tracers.dropwatch.reasons: this kernel has no reason 'NO_SUCH_REASON'; it has .*, NETFILTER_DROP, .*, NO_SOCKET, "
                : "^tracers.dropwatch.reasons: this kernel tells no reasons of drops, which came in 5.17; leave the option empty$",
            tracer.Runner.LastError!);
    }

    [Fact, Trait("kernels", "one")]
    public async Task Two_lists_of_devices_exclude_each_other()
    {
        await using RunningTracer tracer = await RunningTracer.SettleAsync(
            new DropwatchTracer(), new DropwatchOptions { Devices = ["lo"], DevicesExcluded = ["lo"] }, time: new WatchedTime());
        Assert.Equal(TracerState.Failed, tracer.Runner.State);
        Assert.Equal("tracers.dropwatch: devices and devices_excluded exclude each other; set one of them", tracer.Runner.LastError);
    }
}
