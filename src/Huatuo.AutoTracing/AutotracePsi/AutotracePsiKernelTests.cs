using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>More processes than CPUs.</summary>
public sealed class AutotracePsiKernelTests
{
    [Fact]
    public async Task A_machine_that_is_saturated_already_is_told_once_with_who_has_its_CPUs()
    {
        var options = new AutotracePsiOptions { Interval = TimeSpan.FromMilliseconds(500), CaptureTime = TimeSpan.FromSeconds(1), Cooldown = TimeSpan.Zero, CpuLevel = 20, MemoryLevel = 100, IoLevel = 100 };
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using var cgroup = new MemoryCgroup();
        for (int i = 0; i < Environment.ProcessorCount * 2; i++)
            cgroup.Start("exec perl -e '1 while 1'");
        await using RunningTracer tracer = await RunningTracer.StartAsync(new AutotracePsiTracer(AutoTraceStation.Of(TimeProvider.System)), options);
        JsonElement document = await tracer.Sink.WaitAsync(candidate => Labels(candidate).Contains("perl"), "tasks that wait for a CPU");
        await tracer.StopAsync();

        new ExpectedDocument()
            .Envelope(document, "autotrace_psi", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Is("tracer_data.resource", "cpu")
            .Is("tracer_data.reason", "level")
            .Holds("tracer_data.pressure_percent", "more than the level", percent => double.Parse(percent) is > 20 and <= 100)
            .Holds("tracer_data.pressure_percent_usual", "a share", percent => double.Parse(percent) is >= 0 and <= 100)
            .Is("tracer_data.pressure_percent_level", 20)
            .Holds("tracer_data.stack", "stacks", _ => true)
            .Holds("tracer_data.top_memory_usage", "ten processes", processes => JsonDocument.Parse(processes).RootElement.GetArrayLength() == 10)
            .Holds("tracer_data.flamedata", "rows", _ => true)
            .Holds("tracer_data.capture.duration_ns", "a second or more", time => long.Parse(time) >= 1_000_000_000)
            .Matches("tracer_data.capture.samples", @"[1-9]\d*")
            .Is("tracer_data.capture.lost", 0)
            .Matches("tracer_data.capture.omitted", @"\d+")
            .Check(document);
        Balance.Check(tracer);
    }

    [Fact]
    public async Task The_kernel_tells_of_a_moment_in_which_tasks_waited()
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cgroup = new MemoryCgroup();
        // More would be told of what else goes on.
        using IDisposable? watch = PressureWatch.Start("/proc", [("cpu", 40), ("memory", 0)], resource => told.TrySetResult(resource));
        Assert.SkipWhen(watch is null, "this kernel grants no triggers of /proc/pressure (5.2; without CAP_SYS_RESOURCE 6.4)");
        for (int i = 0; i < Environment.ProcessorCount * 2; i++)
            cgroup.Start("exec perl -e '1 while 1'");
        Assert.Equal("cpu", await told.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_capability_only_what_happened_since_is_told()
    {
        const int percent = 95;
        long thresholdUs = (long)PressurePoll.Window.TotalMicroseconds * percent / 100, before = 0;
        var told = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cgroup = new MemoryCgroup();
        for (int i = 0; i < Environment.ProcessorCount * 2; i++)
            cgroup.Start("exec perl -e '1 while 1'");
        // Of all since the boot the kernel would tell at once.
        while (WaitedUs() < thresholdUs)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        using IDisposable? watch = await PinnedThread.Run(cpu: -1, () =>
        {
            Capabilities.TryRead(out Capabilities all);
            Assert.Equal(0, new CapabilityCalls().Set(all.Effective & ~(1UL << (int)Capability.CAP_SYS_RESOURCE)));
            before = WaitedUs();
            return PressureWatch.Start("/proc", [("cpu", percent)], _ => told.TrySetResult(WaitedUs()));
        });
        Assert.SkipWhen(watch is null, "this kernel lacks triggers of /proc/pressure for who has no CAP_SYS_RESOURCE (6.4)");
        long after = await told.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.True(after - before >= thresholdUs, $"{after - before} us");
    }

    private static long WaitedUs() => long.Parse(File.ReadLines("/proc/pressure/cpu").First().Split("total=")[1]);

    [Fact]
    public void A_copy_of_the_kernels_files_is_left_as_it_is()
    {
        string folder = Directory.CreateTempSubdirectory("huatuo-pressure-").FullName;
        try
        {
            string file = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "pressure")).FullName, "cpu");
            File.WriteAllText(file, "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
            Assert.Null(PressureWatch.Start(folder, [("cpu", 40), ("io", 40)], _ => { }));
            Assert.StartsWith("some avg10", File.ReadAllText(file), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Labels(JsonElement document) =>
        document.GetProperty("tracer_data").GetProperty("flamedata").EnumerateArray().Select(row => row.GetProperty("label").GetString()!);
}
