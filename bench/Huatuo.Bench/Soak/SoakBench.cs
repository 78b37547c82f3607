using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Soak;

/// <summary>The agent under steady load for long: does anything grow, is anything lost.</summary>
internal static class SoakBench
{
    private const int Rate = 1_000;
    private const int Parts = 12;

    internal static async Task RunAsync(BenchRun run)
    {
        TimeSpan part = TimeSpan.FromSeconds(run.Choose(300, 5));
        await using FloodSite site = await FloodSite.CreateAsync(run);
        await using AgentProcess agent = await AgentProcess.StartAsync(run, run.Program, "tracers.dropwatch.max_events_per_second=0");
        var rows = new List<string[]>();
        LedgerFigures start = await agent.SettledLedgerAsync(run.Stop);
        for (int i = 1; i <= Parts; i++)
        {
            BenchRun.Say($"soak: {i} of {Parts}");
            LedgerFigures before = await agent.SettledLedgerAsync(run.Stop);
            long cpu = agent.CpuNs;
            FloodFigures sent = await site.SendAsync(Rate, part, run.Stop);
            cpu = agent.CpuNs - cpu;
            LedgerFigures after = await agent.SettledLedgerAsync(run.Stop);
            long stored = after.Stored - before.Stored;
            rows.Add(
            [
                (i * part).ToString("h\\:mm\\:ss"), $"{sent.Packets:#,0}", $"{stored:#,0}", after.Losses(start), Format.Number(cpu / 1e3 / stored),
                Format.MB(agent.ResidentBytes), $"{ProcFigures.Descriptors(agent.Pid)}",
            ]);
        }
        var report = new Report(run, "soak", "A long run");
        report.Text($"Drops at {Rate:#,0}/s, no limit, `bin/huatuo` with the local sink. The ledger's residual is zero at the end of each part, or this file would not have been written.");
        report.Table("Over time", ["after", "sent", "stored", "lost since the start", "CPU per stored event, µs", "resident, MB", "descriptors"], rows);
        report.Save();
    }
}
