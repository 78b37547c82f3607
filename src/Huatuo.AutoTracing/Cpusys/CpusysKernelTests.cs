using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.AutoTracing.Cpusys;

/// <summary>A process that does nothing but system calls, and the machine's flame graph.</summary>
public sealed class CpusysKernelTests
{
    [Fact]
    public async Task A_process_of_system_calls_is_in_the_picture()
    {
        var options = new CpusysOptions
        {
            Interval = TimeSpan.FromMilliseconds(500),
            Cooldown = TimeSpan.Zero,
            CaptureTime = TimeSpan.FromSeconds(1),
            SysThreshold = 5,
            DeltaSysThreshold = 0,
        };
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new CpusysTracer(AutoTraceStation.Of(TimeProvider.System)), options);
        await using var cgroup = new MemoryCgroup();
        // It rests between, so that its share rises again and again.
        cgroup.Start("exec perl -e 'open F, q(<), q(/dev/zero); while (1) { my ($end, $byte) = time + 2; while (time < $end) { sysread F, $byte, 1 for 1 .. 1000 } sleep 2 }'");
        // A picture may also be of something else, in which the process only began.
        JsonElement document = await tracer.Sink.WaitAsync(
            candidate => Labels(candidate).Contains("perl") && Labels(candidate).Any(label => label is "vfs_read" or "ksys_read"), "a burst of system calls");
        await tracer.StopAsync();

        JsonElement[] rows = [.. document.GetProperty("tracer_data").GetProperty("flamedata").EnumerateArray()];
        Assert.Equal("all", rows[0].GetProperty("label").GetString());
        Assert.All(rows, row => Assert.Equal(["level", "value", "self", "label"], row.EnumerateObject().Select(field => field.Name)));
        long samples = rows.Sum(row => row.GetProperty("self").GetInt64());
        Assert.Equal(rows[0].GetProperty("value").GetInt64(), samples);
        new ExpectedDocument()
            .Envelope(document, "cpusys", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Holds("tracer_data.system_percent", "more than the threshold", percent => int.Parse(percent) is > 5 and <= 100)
            .Is("tracer_data.system_percent_threshold", 5)
            .Holds("tracer_data.system_percent_delta", "more than the threshold", percent => int.Parse(percent) is > 0 and <= 100)
            .Is("tracer_data.system_percent_delta_threshold", 0)
            .Holds("tracer_data.flamedata", "rows", _ => true)
            .Holds("tracer_data.capture.duration_ns", "a second or more", time => long.Parse(time) >= 1_000_000_000)
            .Is("tracer_data.capture.samples", samples)
            .Is("tracer_data.capture.lost", 0)
            .Matches("tracer_data.capture.omitted", @"\d+")
            .Check(document);
        Balance.Check(tracer);
    }

    private static IEnumerable<string> Labels(JsonElement document) =>
        document.GetProperty("tracer_data").GetProperty("flamedata").EnumerateArray().Select(row => row.GetProperty("label").GetString()!);
}
