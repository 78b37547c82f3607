using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.AutoTracing.Cpuidle;

/// <summary>A container that begins to burn CPU time, and the flame graph of it alone.</summary>
public sealed class CpuidleKernelTests
{
    private const string Id = "1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e1d1e";
    private static readonly string[] s_shares = ["user", "system", "total"];

    [Fact]
    public async Task A_container_that_begins_to_burn_is_in_the_picture_and_nothing_else()
    {
        var options = new CpuidleOptions
        {
            Interval = TimeSpan.FromMilliseconds(500),
            Cooldown = TimeSpan.Zero,
            CaptureTime = TimeSpan.FromSeconds(1),
            UserThreshold = 5,
            DeltaUser = 0,
            SysThreshold = 100,
            UsageThreshold = 100,
        };
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new CpuidleTracer(AutoTraceStation.Of(TimeProvider.System)), options);
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        Process process = cgroup.Start("exec perl -e 'while (1) { my $end = time + 2; 1 while time < $end; sleep 2 }'");
        using AccountedProcess accounted = await AccountedProcess.OfAsync(tracer, Id, process.Id);

        JsonElement document = await tracer.Sink.WaitAsync(
            candidate => Rows(candidate).Any(row => row.GetProperty("label").GetString() == "perl"), "a container that burns CPU time");
        await tracer.StopAsync();

        string[] processes = [.. Rows(document).Where(row => row.GetProperty("level").GetInt32() == 1).Select(row => row.GetProperty("label").GetString()!)];
        Assert.Equal(["perl"], processes);
        ExpectedDocument expected = new ExpectedDocument()
            .Envelope(document, "cpuidle", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Is("container_id", Id)
            .Holds("tracer_data.flamedata", "rows", _ => true)
            .Matches("tracer_data.capture.duration_ns", @"\d+")
            .Matches("tracer_data.capture.samples", @"[1-9]\d*")
            .Is("tracer_data.capture.lost", 0)
            .Is("tracer_data.capture.omitted", 0);
        foreach (string share in s_shares)
            expected.Matches($"tracer_data.{share}_percent", @"\d+").Matches($"tracer_data.{share}_percent_delta", @"-?\d+")
                .Matches($"tracer_data.{share}_percent_threshold", @"\d+").Matches($"tracer_data.{share}_percent_delta_threshold", @"\d+");
        expected.Holds("tracer_data.user_percent", "more than the threshold", percent => int.Parse(percent, CultureInfo.InvariantCulture) > 5).Check(document);
        Balance.Check(tracer);
    }

    private static JsonElement.ArrayEnumerator Rows(JsonElement document) => document.GetProperty("tracer_data").GetProperty("flamedata").EnumerateArray();
}
