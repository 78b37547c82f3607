using System.Diagnostics;
using System.Globalization;
using Huatuo.Bpf.Features;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>Queues of disks that are frozen since somebody changes how they work.</summary>
public sealed class FreezesKernelTests
{
    private const string Freezes = "huatuo_iolatency_queue_freezes_total", Frozen = "huatuo_iolatency_queue_frozen_seconds_total";
    private const string SlowDisk = "/sys/block/nullb0", OfSlowDisk = "{disk=\"nullb0\"}";
    private const long Bytes = 16 << 20;

    [Fact]
    public async Task Each_change_of_the_number_of_requests_freezes_once()
    {
        SkipUnlessTold();
        const int changes = 20;
        await using RunningTracer tracer = await RunningTracer.StartAsync(new IolatencyTracer(), new IolatencyOptions());
        await using BareDisk disk = await BareDisk.MakeAsync(Bytes);
        await using BareDisk neighbour = await BareDisk.MakeAsync(Bytes);
        string setting = $"/sys/block/{disk.Name}/queue/nr_requests", label = $"{{disk=\"{disk.Name}\"}}", others = $"{{disk=\"{neighbour.Name}\"}}";
        int most = int.Parse(File.ReadAllText(setting), CultureInfo.InvariantCulture);

        MetricPage begin = tracer.Scrape();
        var writing = Stopwatch.StartNew();
        for (int change = 1; change <= changes; change++)
            File.WriteAllText(setting, $"{(change % 2 == 1 ? most / 2 : most)}");
        TimeSpan written = writing.Elapsed;
        MetricPage end = tracer.Scrape();

        Assert.Equal(changes, end[Freezes + label] - begin[Freezes + label]);
        Assert.InRange(end[Frozen + label] - begin[Frozen + label], 1e-6, written.TotalSeconds);
        Assert.Equal((begin[Freezes + others], begin[Frozen + others]), (end[Freezes + others], end[Frozen + others]));
    }

    [Fact]
    public async Task A_freeze_within_another_is_none_of_its_own()
    {
        const int changes = 6;
        const string setting = SlowDisk + "/queue/scheduler";
        RequireSlowDisk();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new IolatencyTracer(), new IolatencyOptions());
        await UntilIdleAsync();
        File.WriteAllText(setting, "mq-deadline");
        MetricPage begin = tracer.Scrape();
        var writing = Stopwatch.StartNew();
        for (int change = 1; change <= changes; change++)
            File.WriteAllText(setting, change % 2 == 1 ? "none" : "mq-deadline");
        TimeSpan written = writing.Elapsed;
        MetricPage end = tracer.Scrape();

        // From 6.12 on the attribute freezes, and within it the switch does.
        Assert.Equal(changes, end[Freezes + OfSlowDisk] - begin[Freezes + OfSlowDisk]);
        Assert.InRange(end[Frozen + OfSlowDisk] - begin[Frozen + OfSlowDisk], 1e-6, written.TotalSeconds);
    }

    [Fact]
    public async Task A_queue_is_frozen_for_as_long_as_a_request_is_waited_for()
    {
        RequireSlowDisk();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new IolatencyTracer(), new IolatencyOptions());
        await UntilIdleAsync();
        MetricPage begin = tracer.Scrape();

        using Process reader = Command.Start("dd", "if=/dev/nullb0", "of=/dev/null", "bs=4096", "count=1", "iflag=direct");
        while (!IsBusy())
            await Task.Yield();
        var writing = Stopwatch.StartNew();
        await File.WriteAllTextAsync(SlowDisk + "/queue/nr_requests", "32", TestContext.Current.CancellationToken);
        double written = writing.Elapsed.TotalSeconds;
        await reader.WaitForExitAsync(TestContext.Current.CancellationToken);
        MetricPage end = tracer.Scrape();

        Assert.Equal(1, end[Freezes + OfSlowDisk] - begin[Freezes + OfSlowDisk]);
        Assert.InRange(end[Frozen + OfSlowDisk] - begin[Frozen + OfSlowDisk], written / 2, written);
    }

    [Fact]
    public void What_a_kernel_lacks_for_it_is_what_it_refuses()
    {
        KernelRelease.TryRead(out KernelRelease release);
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        Assert.Equal(kernel.FunctionHooks.Value, IolatencyTracer.LacksEither(kernel, btf) is null);
        // Debian's kernels allow it.
        if (DisposableMachine.IsThis)
            Assert.True(kernel.FunctionHooks.Value);
        (IReadOnlyList<string> programs, _) = new IolatencyTracer().Ladder[0].On(kernel, btf);
        Assert.Equal(kernel.FunctionHooks.Value, programs.Contains(IolatencyBpf.Programs.FrozenPublic));
    }

    /// <summary>A disk whose requests take two seconds.</summary>
    private static void RequireSlowDisk()
    {
        DisposableMachine.Require();
        SkipUnlessTold();
        DisposableMachine.RequireModule("null_blk", "queue_mode=2", "irqmode=2", "completion_nsec=2000000000", "hw_queue_depth=64", "submit_queues=1", "nr_devices=1");
    }

    // The kernel looks for partitions first.
    private static async Task UntilIdleAsync()
    {
        while (IsBusy())
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    private static bool IsBusy() =>
        File.ReadAllText(SlowDisk + "/inflight").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Any(requests => requests != "0");

    private static void SkipUnlessTold()
    {
        KernelRelease.TryRead(out KernelRelease release);
        using KernelBtf? btf = KernelBtf.TryOpen();
        if (IolatencyTracer.LacksEither(KernelFeatures.Probe(release, btf), btf) is { } missing)
            Assert.Skip($"this kernel lacks {missing.Feature}");
    }
}
