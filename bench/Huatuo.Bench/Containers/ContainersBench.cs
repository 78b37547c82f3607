using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Containers;

/// <summary>How soon a new container's events are told as its own, and what memory it takes when containers come and go fast.</summary>
internal static class ContainersBench
{
    private const int StartsPerSecond = 20, ChurnPerSecond = 200;

    internal static async Task RunAsync(BenchRun run)
    {
        var report = new Report(run, "containers", "Containers that come and go");
        report.Text("A container is a cgroup named as one, and a process that moves into it, opens a file that is not there, and ends; the cgroup is removed some 10 ms later. "
            + "`bin/huatuo` with its defaults and `syscall_audit` for these files: one event for each container.");
        await StartsAsync(run, report);
        await ChurnAsync(run, report);
        report.Save();
    }

    private static async Task StartsAsync(BenchRun run, Report report)
    {
        int starts = run.Choose(1000, 100);
        await using AgentProcess agent = await StartAgentAsync(run);
        await using var containers = new ShortContainers();
        // Makes the file, and has the symbols read.
        await containers.RunAsync(StartsPerSecond, StartsPerSecond, (_, _) => { }, run.Stop);
        await agent.SettledLedgerAsync(run.Stop, "syscall_audit");
        BenchRun.Say($"containers: {starts} starts");
        var events = new FirstEvents();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(run.Stop);
        var watching = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task follow = GrowingFile.FollowAsync(agent.EventsOf("syscall_audit"), (line, now) => events.Take(line, now, starts), watching, failed.Token);
        await watching.Task;
        double rate = await containers.RunAsync(starts, StartsPerSecond, events.Made, run.Stop);
        failed.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await follow;
        }
        catch (OperationCanceledException) when (!run.Stop.IsCancellationRequested)
        {
            BenchRun.Say($"containers: {starts - events.Whole.Count} have no event of their own");
        }
        report.Table(
            $"From a container's start to its first attributed event, ms; {events.Whole.Count:#,0} of {starts:#,0} starts at {rate:0.0}/s, {events.Wrong:#,0} events told as nobody's or another's",
            ["", "p50", "p99", "highest"],
            [
                Row("from before `mkdir` to the event, by the kernel's clock: the load's own", events.Happened),
                Row("from the event to the line with the container, as another process sees it", events.Stored),
                Row("both", events.Whole),
            ]);
    }

    private static async Task ChurnAsync(BenchRun run, Report report)
    {
        int seconds = run.Choose(30, 3), rest = run.Choose(20, 3);
        await using AgentProcess agent = await StartAgentAsync(run);
        await using var containers = new ShortContainers();
        await containers.RunAsync(StartsPerSecond, StartsPerSecond, (_, _) => { }, run.Stop);
        await Task.Delay(TimeSpan.FromSeconds(rest), run.Stop);
        BenchRun.Say($"containers: {seconds} s of {ChurnPerSecond}/s");
        long before = agent.ResidentBytes, cpu = agent.CpuNs, highest = before;
        double rate = await containers.RunAsync(seconds * ChurnPerSecond, ChurnPerSecond, (_, _) => highest = Math.Max(highest, agent.ResidentBytes), run.Stop);
        cpu = agent.CpuNs - cpu;
        await Task.Delay(TimeSpan.FromSeconds(rest), run.Stop);
        LedgerFigures ledger = await agent.SettledLedgerAsync(run.Stop, "syscall_audit");
        report.Table($"Memory of the agent over {seconds} s of {rate:0} containers/s", ["", "measured"],
        [
            ["resident before, MB", Format.MB(before)],
            ["highest during, MB", Format.MB(highest)],
            [$"{rest} s after, the last 8,192 containers still known, MB", Format.MB(agent.ResidentBytes)],
            ["CPU for each container, its event included, µs", Format.Number(cpu / 1e3 / (seconds * ChurnPerSecond))],
            ["events stored", $"{ledger.Stored:#,0}"],
        ]);
    }

    private static Task<AgentProcess> StartAgentAsync(BenchRun run) => AgentProcess.StartAsync(
        run, run.Program, "tracers.syscall_audit.enabled=true", "tracers.syscall_audit.syscalls=openat", $"tracers.syscall_audit.paths={ShortContainers.Folder}", "tracers.syscall_audit.max_events_per_second=0");

    private static string[] Row(string name, Samples ms) => [name, Format.Number(ms.Median), Format.Number(ms.Percentile(99)), Format.Number(ms.Max)];
}
