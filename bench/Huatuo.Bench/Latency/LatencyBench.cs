using System.Diagnostics;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Latency;

/// <summary>How old an event is when the agent has it, and when it is in the file.</summary>
internal static class LatencyBench
{
    private const int PerSecond = 100;

    internal static async Task RunAsync(BenchRun run)
    {
        using var native = new ConsumerLibrary(await NativeBuild.ConsumerAsync(run));
        List<string[]> rows = [], causes = [];
        TimeSpan time = TimeSpan.FromSeconds(run.Choose(20, 3));
        foreach ((string name, bool perf, bool wakeEach, string target) in ((string, bool, bool, string)[])
            [("ring buffer", false, false, "1"), ("perf, limit up to 1,000/s", true, true, "-"), ("perf, no limit", true, false, "-")])
        {
            BenchRun.Say($"latency: handler, {name}");
            rows.Add(Row($"handler, {name}", await HandlerLatency.MeasureAsync(native, perf, wakeEach, PerSecond, time, run.Stop), target));
        }
        await using (FloodSite site = await FloodSite.CreateAsync(run))
        {
            foreach ((string name, string option) in ((string, string)[])[("ring buffer", "ringbuf"), ("perf, limit up to 1,000/s", "perf")])
            {
                BenchRun.Say($"latency: stored line, {name}");
                rows.Add(Row($"stored line, {name}", await StoredAsync(run, site, option, time), "50"));
            }
            foreach (Cause cause in Cause.All(site))
            {
                BenchRun.Say($"latency: {cause.Tracer}");
                causes.Add(Row($"{cause.Tracer}: {cause.What}", await StoredAsync(run, cause), "50"));
            }
        }

        var report = new Report(run, "latency", "From the kernel's time stamp");
        report.Text($"At {PerSecond} events/s: until the pump calls the handler (a program on the product's rings), and until another process is told that the line is in the file (`bin/huatuo`, dropped packets). "
            + "With perf rings the program cannot decide when to wake: with a limit of up to 1,000/s each record wakes, else the pump looks each 10 ms.");
        report.Table("Latency, ms", ["", "events", "p50", "p99", "target for p99", "highest"], rows);
        report.Table("Until the line is stored, by tracer, ms", ["", "events", "p50", "p99", "target for p99", "highest"], causes);
        report.Save();
    }

    private static async Task<Samples> StoredAsync(BenchRun run, FloodSite site, string transport, TimeSpan time)
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(
            run, run.Program, "tracers.dropwatch.max_events_per_second=1000", $"tracers.dropwatch.transport={transport}");
        // Makes the file, and has the symbols read.
        await site.SendAsync(PerSecond, TimeSpan.FromSeconds(1), run.Stop);
        await agent.SettledLedgerAsync(run.Stop);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(run.Stop);
        var watching = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<Samples> lines = StoredLines.WatchAsync(agent.Events, (int)(PerSecond * time.TotalSeconds * 0.99), watching, failed.Token);
        await watching.Task;
        await site.SendAsync(PerSecond, time, run.Stop);
        failed.CancelAfter(TimeSpan.FromSeconds(5));
        return await lines;
    }

    private static async Task<Samples> StoredAsync(BenchRun run, Cause cause)
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(run, run.Program, cause.Options);
        string file = agent.EventsOf(cause.Tracer);
        for (long started = Stopwatch.GetTimestamp(); !File.Exists(file); await agent.SettledLedgerAsync(run.Stop, cause.Tracer))
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(30))
                throw new BenchException($"{cause.Tracer} tells nothing: {cause.What}");
            await cause.OnceAsync(run.Stop);
        }
        var watching = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<Samples> lines = StoredLines.WatchAsync(file, run.Choose(cause.Events, 20), watching, run.Stop);
        await watching.Task;
        while (!lines.IsCompleted)
            await cause.OnceAsync(run.Stop);
        return await lines;
    }

    private static string[] Row(string name, Samples ms, string target) =>
        [name, $"{ms.Count:#,0}", Format.Number(ms.Median), Format.Number(ms.Percentile(99)), target, Format.Number(ms.Max)];
}
