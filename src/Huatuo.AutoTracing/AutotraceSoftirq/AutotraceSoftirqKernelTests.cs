using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.AutoTracing.AutotraceSoftirq;

/// <summary>A CPU that receives packets all the time.</summary>
public sealed class AutotraceSoftirqKernelTests
{
    [Fact]
    public async Task What_a_CPU_does_in_softirqs_is_in_the_picture()
    {
        var options = new AutotraceSoftirqOptions { Interval = TimeSpan.FromSeconds(2), CaptureTime = TimeSpan.FromSeconds(3), Cooldown = TimeSpan.Zero, Level = 0.5 };
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using var cgroup = new MemoryCgroup();
        // What is sent over loopback is received by a softirq of the sender's CPU.
        cgroup.Start("""exec taskset -c 0 perl -MSocket -e 'socket(my $in, PF_INET, SOCK_DGRAM, 0); bind($in, pack_sockaddr_in(0, INADDR_LOOPBACK)); my $to = getsockname($in); socket(my $out, PF_INET, SOCK_DGRAM, 0); while (1) { send($out, q(x) x 1000, 0, $to) }'""");
        await using RunningTracer tracer = await RunningTracer.StartAsync(new AutotraceSoftirqTracer(AutoTraceStation.Of(TimeProvider.System)), options);
        JsonElement document = await tracer.Sink.WaitAsync(candidate => Labels(candidate).Contains("process_backlog"), "a CPU that receives packets");
        await tracer.StopAsync();

        new ExpectedDocument()
            .Envelope(document, "autotrace_softirq", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Matches("tracer_data.cpu", @"\d+")
            .Matches("tracer_data.reason", "jump|level")
            .Holds("tracer_data.softirq_percent", "more than half the level", percent => double.Parse(percent) is > 0.25 and <= 100)
            .Holds("tracer_data.softirq_percent_usual", "a share", percent => double.Parse(percent) is >= 0 and <= 100)
            .Is("tracer_data.softirq_percent_level", 0.5)
            .Holds("tracer_data.flamedata", "rows", _ => true)
            .Holds("tracer_data.capture.duration_ns", "three seconds or more", time => long.Parse(time) >= 3_000_000_000)
            .Matches("tracer_data.capture.samples", @"[1-9]\d*")
            .Is("tracer_data.capture.lost", 0)
            .Matches("tracer_data.capture.omitted", @"\d+")
            .Check(document);
        Balance.Check(tracer);
    }

    private static IEnumerable<string> Labels(JsonElement document) =>
        document.GetProperty("tracer_data").GetProperty("flamedata").EnumerateArray().Select(row => row.GetProperty("label").GetString()!);
}
