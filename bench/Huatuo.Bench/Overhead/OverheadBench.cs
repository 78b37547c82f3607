using System.Diagnostics;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Overhead;

/// <summary>What the agent's default tracers and collectors cost other programs, and what it takes itself.</summary>
internal static class OverheadBench
{
    private static readonly int s_cpu = Environment.ProcessorCount - 1;

    internal static async Task RunAsync(BenchRun run)
    {
        using DirectFile file = await DirectFile.WriteAsync(run);
        await MeasureAsync(run, [.. StandardLoads.Of(run, file, s_cpu, run.Choose(1.0, 0.1)).Select(load => new ComparedLoad(load))]);
    }

    private static async Task MeasureAsync(BenchRun run, ComparedLoad[] loads)
    {
        int rounds = run.Choose(18, 1);
        double busy = 0, busySeconds = 0;
        foreach (ComparedLoad load in loads)
            await load.Load.Make();
        for (int round = 0; round < rounds; round++)
        {
            BenchRun.Say($"overhead: round {round + 1} of {rounds}");
            bool isFirst = round % 2 == 0;
            LoadTime[] with = [], without = [];
            if (!isFirst)
                without = await MakeAsync(loads);
            await using (AgentProcess agent = await AgentProcess.StartAsync(run, run.Program))
            await using (new RegularScrape(agent))
            {
                long cpu = agent.CpuNs, start = Stopwatch.GetTimestamp();
                with = await MakeAsync(loads);
                busySeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
                busy += agent.CpuNs - cpu;
            }
            if (isFirst)
                without = await MakeAsync(loads);
            for (int i = 0; i < loads.Length; i++)
                loads[i].Add(with[i], without[i]);
        }
        double rest = await RestAsync(run);

        var report = new Report(run, "overhead", "What the agent costs");
        report.Text($"`bin/huatuo` with its default tracers and collectors, scraped each 15 s. {rounds} rounds, in each every load with the agent and without, one after the other, in turns which comes first. "
            + "Loads are pinned to one CPU. CPU time is that of the programs that make the load; what interrupts take is in the wall time. Medians, and in brackets the tenth and the ninetieth percentile.");
        report.Table("With the agent", ["load", "CPU ns without", "CPU", "wall", "target"], loads.Select(load => (string[])
        [
            load.Load.Name, Format.Number(load.Cpu.Median), Format.Spread(load.CpuRatio), Format.Spread(load.WallRatio), load.Load.Target,
        ]));
        report.Table("The agent itself", ["", "% of one core", "target"],
        [
            ["at rest", Percent(rest), "0.3"],
            ["beside these loads", Percent(busy / 1e9 / busySeconds), "-"],
        ]);
        report.Save();
    }

    // A minute, once what starting takes is over.
    private static async Task<double> RestAsync(BenchRun run)
    {
        BenchRun.Say("overhead: at rest");
        await using AgentProcess agent = await AgentProcess.StartAsync(run, run.Program);
        await using var scrape = new RegularScrape(agent);
        await Task.Delay(TimeSpan.FromSeconds(run.Choose(20, 2)), run.Stop);
        long cpu = agent.CpuNs, start = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(run.Choose(60, 5)), run.Stop);
        return (agent.CpuNs - cpu) / Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static async Task<LoadTime[]> MakeAsync(ComparedLoad[] loads)
    {
        var times = new LoadTime[loads.Length];
        for (int i = 0; i < loads.Length; i++)
            times[i] = await loads[i].Load.Make();
        return times;
    }

    private static string Percent(double share) => (share * 100).ToString("0.00");

    private sealed record ComparedLoad(StandardLoad Load)
    {
        internal Samples Cpu { get; } = new();

        internal Samples CpuRatio { get; } = new();

        internal Samples WallRatio { get; } = new();

        internal void Add(LoadTime with, LoadTime without)
        {
            Cpu.Add(without.CpuNs);
            CpuRatio.Add(with.CpuNs / without.CpuNs);
            WallRatio.Add(with.WallNs / without.WallNs);
        }
    }
}
