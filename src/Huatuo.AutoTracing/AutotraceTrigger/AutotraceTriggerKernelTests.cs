using System.Text.Json;
using Huatuo.Flow.Ledger;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Scheduling.Runqlat;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>A condition on what another tracer measures.</summary>
public sealed class AutotraceTriggerKernelTests
{
    private const string When = "sum(rate(huatuo_runqlat_seconds_sum[2s])) > 1.5 for 2 samples";

    [Fact]
    public async Task A_rate_that_a_queue_raises_takes_one_picture_until_it_has_not_held()
    {
        var options = new AutotraceTriggerOptions
        {
            Interval = TimeSpan.FromMilliseconds(500),
            Triggers = [new TriggerOptions { Name = "queue", When = When, Capture = ["oncpu", "top_memory"], CoolDown = TimeSpan.Zero, Duration = TimeSpan.FromSeconds(1) }],
        };
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using RunningTracer runqlat = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions());
        await using RunningTracer tracer = await RunningTracer.StartAsync(new AutotraceTriggerTracer(AutoTraceStation.Of(TimeProvider.System)), options, beside: runqlat);
        await using var cgroup = new MemoryCgroup();
        for (int i = 0; i < 4; i++)
            cgroup.Start("exec taskset -c 0 perl -e '1 while 1'");
        JsonElement document = await tracer.Sink.WaitAsync(candidate => Labels(candidate).Contains("perl"), "tasks that wait for a CPU");
        await tracer.StopAsync();

        Assert.Equal(1, tracer.Ledger.Suppressed(SuppressReason.Busy) + tracer.Sink.Count);
        new ExpectedDocument()
            .Envelope(document, "autotrace_trigger", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Is("tracer_data.trigger", "queue")
            .Is("tracer_data.when", When)
            .Is("tracer_data.series", "huatuo_runqlat_seconds_sum")
            .Holds("tracer_data.value", "more than the threshold", value => double.Parse(value) > 1.5)
            .Is("tracer_data.threshold", 1.5)
            .Is("tracer_data.samples", 2)
            .Holds("tracer_data.captures", "one picture", _ => true)
            .Holds("tracer_data.top_memory_usage", "processes", _ => true)
            .Check(document);
        JsonElement capture = Assert.Single(document.GetProperty("tracer_data").GetProperty("captures").EnumerateArray());
        Assert.Equal(("oncpu", "count"), (capture.GetProperty("profiler").GetString(), capture.GetProperty("unit").GetString()));
        Assert.True(capture.GetProperty("capture").GetProperty("duration_ns").GetInt64() >= 1_000_000_000);
        Balance.Check(tracer);
    }

    private static IEnumerable<string> Labels(JsonElement document) =>
        document.GetProperty("tracer_data").GetProperty("captures")[0].GetProperty("flamedata").EnumerateArray().Select(row => row.GetProperty("label").GetString()!);
}
