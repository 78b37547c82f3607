using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Scheduling.Runqlat;

namespace Huatuo.AutoTracing.AutotraceRunqlat;

/// <summary>Processes that share a CPU.</summary>
public sealed class AutotraceRunqlatKernelTests
{
    [Fact]
    public async Task A_machine_whose_tasks_wait_already_is_told_with_who_has_its_CPUs()
    {
        var options = new AutotraceRunqlatOptions { Interval = TimeSpan.FromMilliseconds(500), CaptureTime = TimeSpan.FromSeconds(1), Cooldown = TimeSpan.Zero, Level = TimeSpan.FromMicroseconds(100) };
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using RunningTracer runqlat = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions());
        await using var cgroup = new MemoryCgroup();
        for (int i = 0; i < 4; i++)
            cgroup.Start("exec taskset -c 0 perl -e '1 while 1'");
        await using RunningTracer tracer = await RunningTracer.StartAsync(new AutotraceRunqlatTracer(AutoTraceStation.Of(TimeProvider.System)), options, beside: runqlat);
        JsonElement document = await tracer.Sink.WaitAsync(candidate => Labels(candidate).Contains("perl"), "tasks that wait for a CPU");
        await tracer.StopAsync();

        new ExpectedDocument()
            .Envelope(document, "autotrace_runqlat", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Matches("tracer_data.reason", "jump|level")
            .Matches("tracer_data.waits", @"[1-9]\d*")
            .Holds("tracer_data.wait_us", "more than half the level", wait => double.Parse(wait) > 50)
            .Holds("tracer_data.wait_us_usual", "no negative number", wait => double.Parse(wait) >= 0)
            .Is("tracer_data.wait_us_level", 100)
            .Holds("tracer_data.wait_us_longest", "more than half the level", wait => double.Parse(wait) > 50)
            .Holds("tracer_data.flamedata", "rows", _ => true)
            .Holds("tracer_data.capture.duration_ns", "a second or more", time => long.Parse(time) >= 1_000_000_000)
            .Matches("tracer_data.capture.samples", @"[1-9]\d*")
            .Is("tracer_data.capture.lost", 0)
            .Matches("tracer_data.capture.omitted", @"\d+")
            .Check(document);
        Balance.Check(tracer);
    }

    private static IEnumerable<string> Labels(JsonElement document) =>
        document.GetProperty("tracer_data").GetProperty("flamedata").EnumerateArray().Select(row => row.GetProperty("label").GetString()!);
}
