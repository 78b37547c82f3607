using System.Diagnostics;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Overhead;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Cgroups;

/// <summary>What a thousand containers cost the agent.</summary>
internal static class CgroupsBench
{
    private const int Idle = 1000, Busy = 100;

    // A wake-up each tenth of a second, with a little to do.
    private const string Work = "perl -e 'while (1) { select(undef, undef, undef, 0.1); for (my $i = 0; $i < 2000; $i++) {} }'";

    internal static async Task RunAsync(BenchRun run)
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(run, run.Program);
        await using var scrape = new RegularScrape(agent);
        await using var containers = new BenchContainers();
        Phase rest = await PhaseAsync(run, agent, "at rest");
        containers.Add(run.Choose(Idle, 50), "sleep infinity");
        Phase idle = await PhaseAsync(run, agent, "with idle containers");
        containers.Add(run.Choose(Busy, 5), Work);
        Phase busy = await PhaseAsync(run, agent, "with busy ones");

        var report = new Report(run, "cgroups", "A thousand containers");
        report.Text($"`bin/huatuo` with its default tracers and collectors, scraped each 15 s: at rest, then with {run.Choose(Idle, 50):#,0} cgroups named as containers, each with a process that sleeps, then with "
            + $"{run.Choose(Busy, 5)} more whose processes wake up ten times a second. Figures of {run.Choose(60, 10)} s each, after {run.Choose(45, 5)} s.");
        report.Table("The agent", ["", "resident, MB", "above rest, MB", "target", "% of one core", "page, kB"], new[] { rest, idle, busy }.Select(phase => (string[])
        [
            phase.Name, Format.MB(phase.Resident), Format.MB(phase.Resident - rest.Resident), phase == idle ? "40" : "-", (phase.Share * 100).ToString("0.00"), Format.Number(phase.PageBytes / 1e3),
        ]));
        report.Save();
    }

    private static async Task<Phase> PhaseAsync(BenchRun run, AgentProcess agent, string name)
    {
        BenchRun.Say($"cgroups: {name}");
        await Task.Delay(TimeSpan.FromSeconds(run.Choose(45, 5)), run.Stop);
        long cpu = agent.CpuNs, start = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(run.Choose(60, 10)), run.Stop);
        double share = (agent.CpuNs - cpu) / Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        return new Phase(name, agent.ResidentBytes, share, (await agent.ScrapeAsync(run.Stop)).Length);
    }

    private sealed record Phase(string Name, long Resident, double Share, int PageBytes);
}
