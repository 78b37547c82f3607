using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Start;

/// <summary>How long the program takes to start, and what it takes at rest.</summary>
internal static class StartBench
{
    internal static async Task RunAsync(BenchRun run)
    {
        var report = new Report(run, "start", "Start and rest");
        report.Text("From before the program is executed to the first answer on `/metrics` and to all tracers attached (`/readyz`), asked for each millisecond; "
            + "one start first to have the file in memory. At rest: resident memory after 10 s, then CPU time over 30 s without events.");
        string[] alone = ProductTracers.DropwatchAlone();
        string[] all = [.. ProductTracers.Names().Select(name => $"tracers.{name}.enabled=true")];
        await FlavourAsync(run, report, run.Program, "bin/huatuo (single file, ReadyToRun), dropwatch and its file alone", alone, ["250", "500", "55", "0.2", "45"]);
        await FlavourAsync(run, report, run.Program, "bin/huatuo with its defaults", [], ["", "1000", "", "", "45"]);
        await FlavourAsync(run, report, run.Program, "bin/huatuo with every tracer on, those included that are off by default", all, ["", "1000", "", "", "45"]);
        if (File.Exists(run.NativeProgram))
        {
            await FlavourAsync(run, report, run.NativeProgram, "bin/aot/huatuo (native code), dropwatch and its file alone", alone, ["60", "250", "30", "0.1", "15"]);
            await FlavourAsync(run, report, run.NativeProgram, "bin/aot/huatuo with its defaults", [], ["", "", "", "", "15"]);
        }
        else
            report.Text("`bin/aot/huatuo` was not there; `make publish` builds it.");
        report.Table("Upstream, measured earlier on another day", ["", "shipped"],
            [["start to first /metrics, ms", "158"], ["resident after 60 s idle, MiB", "128 to 172"], ["idle CPU, % of one core", "0.75 to 3.1"], ["size of the program, MB", "74.9"]]);
        report.Save();
    }

    private static async Task FlavourAsync(BenchRun run, Report report, string program, string title, string[] set, string[] targets)
    {
        Samples metrics = new(), attached = new();
        for (int i = -1; i < run.Choose(10, 3); i++)
        {
            BenchRun.Say($"start: {title}, {i + 1}");
            await using AgentProcess agent = await AgentProcess.StartAsync(run, program, set);
            if (i < 0)
                continue;
            metrics.Add(agent.Times.Metrics.TotalMilliseconds);
            attached.Add(agent.Times.Attached.TotalMilliseconds);
        }
        (long resident, double idle) = await RestAsync(run, program, set);
        string[] measured =
        [
            Format.Number(metrics.Median), Format.Number(attached.Median), Format.MB(resident), idle.ToString("0.000"), Format.MB(new FileInfo(program).Length),
        ];
        string[] names = ["exec to first /metrics, ms", "exec to attached, ms", "resident at rest, MB", "idle CPU, % of one core", "size of the program, MB"];
        report.Table(title, ["", "measured", "target"], names.Select((name, i) => (string[])[name, measured[i], targets[i]]));
    }

    private static async Task<(long Resident, double IdlePercent)> RestAsync(BenchRun run, string program, string[] set)
    {
        BenchRun.Say("start: at rest");
        await using AgentProcess agent = await AgentProcess.StartAsync(run, program, set);
        await Task.Delay(TimeSpan.FromSeconds(run.Choose(10, 2)), run.Stop);
        long resident = agent.ResidentBytes;
        TimeSpan time = TimeSpan.FromSeconds(run.Choose(30, 5));
        for (int i = 0; i < 10; i++)
        {
            long stored = agent.StoredBytes;
            long before = agent.CpuNs;
            await Task.Delay(time, run.Stop);
            long cpu = agent.CpuNs - before;
            // An event is no rest, the first one least of all: for it the kernel's symbols are read.
            if (agent.StoredBytes == stored)
                return (resident, 100 * cpu / time.TotalNanoseconds);
        }
        throw new BenchException("TCP packets are dropped all the time: the agent is never at rest");
    }
}
