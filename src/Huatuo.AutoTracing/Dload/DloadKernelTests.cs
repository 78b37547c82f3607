using System.Diagnostics;
using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.AutoTracing.Dload;

/// <summary>A container whose processes wait for a file system that never answers.</summary>
public sealed class DloadKernelTests
{
    private const string Id = "d10add10add10add10add10add10add10add10add10add10add10add10add10a";

    [Fact]
    public async Task Where_a_containers_tasks_wait_is_told()
    {
        var options = new DloadOptions
        {
            Interval = TimeSpan.FromSeconds(1),
            Cooldown = TimeSpan.Zero,
            ThresholdLoad = 0.1,
            KnownIssues = [new KnownIssue("silent", "request_wait_answer")],
        };
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DloadTracer(AutoTraceStation.Of(TimeProvider.System)), options);
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        using var silent = new SilentFileSystem();
        Process[] victims = [.. Enumerable.Range(0, 3).Select(i => cgroup.Start($"exec stat '{silent.Path}/{i}'"))];
        await silent.AskedAsync();
        // Who waits for an answer is woken by nothing but it once a signal has come.
        foreach (Process victim in victims)
            victim.Kill();
        JsonElement document = await tracer.Sink.WaitAsync(
            candidate => candidate.TryGetProperty("container_id", out JsonElement id) && id.GetString() == Id && candidate.GetProperty("tracer_data").GetProperty("nr_uninterruptible").GetInt32() > 0,
            "a container whose tasks wait");
        silent.Abort();
        foreach (Process victim in victims)
            await victim.WaitForExitAsync(TestContext.Current.CancellationToken);
        await tracer.StopAsync();

        string[] stacks = document.GetProperty("tracer_data").GetProperty("stack").GetString()!.Split('\n');
        Assert.Contains(victims, victim => stacks[0] == $"stat pid={victim.Id} tid={victim.Id}");
        Assert.Contains(stacks, line => line.StartsWith("    request_wait_answer+0x", StringComparison.Ordinal));
        new ExpectedDocument()
            .Envelope(document, "dload", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Is("container_id", Id)
            .Is("tracer_data.threshold", 0.1)
            .Matches("tracer_data.nr_sleeping", @"\d+")
            .Matches("tracer_data.nr_running", @"\d+")
            .Is("tracer_data.nr_stopped", 0)
            .Matches("tracer_data.nr_uninterruptible", "[1-3]")
            .Matches("tracer_data.nr_iowait", @"\d+")
            .Holds("tracer_data.load_avg", "at least dload_avg", load => double.Parse(load) >= document.GetProperty("tracer_data").GetProperty("dload_avg").GetDouble())
            .Holds("tracer_data.dload_avg", "more than the threshold", load => double.Parse(load) is > 0.1 and < 3)
            .Is("tracer_data.known_issue", "silent")
            .Holds("tracer_data.stack", "stacks", _ => true)
            .Check(document);
        Balance.Check(tracer);
    }
}
