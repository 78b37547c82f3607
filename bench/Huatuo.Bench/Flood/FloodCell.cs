using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Flood;

/// <summary>The rounds of one rate and one mode.</summary>
internal sealed class FloodCell
{
    private readonly Samples _hits = new();
    private readonly Samples _stored = new();
    private readonly Samples _cpuUs = new();
    private string _losses = "0";

    /// <summary>CPU time of the flood per packet.</summary>
    internal Samples CostNs { get; } = new();

    /// <summary>Measures one round.</summary>
    internal async Task AddAsync(BenchRun run, FloodSite site, FloodMode mode, int rate, TimeSpan time)
    {
        if (mode.Options is null)
        {
            CostNs.Add((await site.SendAsync(rate, time, run.Stop)).CpuNsPerPacket);
            return;
        }
        await using AgentProcess agent = await AgentProcess.StartAsync(run, run.Program, mode.Options);
        // The first event has the symbols read, and the hottest code is compiled anew once it is hot.
        await site.SendAsync(Math.Max(rate, 1_000), TimeSpan.FromSeconds(1), run.Stop);
        await Task.Delay(TimeSpan.FromSeconds(run.Choose(2, 1)), run.Stop);
        LedgerFigures before = await agent.SettledLedgerAsync(run.Stop);
        long cpu = agent.CpuNs;
        FloodFigures sent = await site.SendAsync(rate, time, run.Stop);
        // The sink writes a few milliseconds after.
        await Task.Delay(50, run.Stop);
        cpu = agent.CpuNs - cpu;
        LedgerFigures after = await agent.SettledLedgerAsync(run.Stop);
        long stored = after.Stored - before.Stored;
        CostNs.Add(sent.CpuNsPerPacket);
        _hits.Add((after.Hits - before.Hits) / time.TotalSeconds);
        _stored.Add(stored / time.TotalSeconds);
        _cpuUs.Add(cpu / 1e3 / stored);
        if (after.Losses(before) is not "0" and string losses)
            _losses = losses;
    }

    /// <summary>One line of the table.</summary>
    internal string[] StoredRow(string label, FloodMode mode, int rate)
    {
        string target = mode.Limit > 0 ? $"{mode.Limit}" : rate is > 0 ? $"{rate:#,0}" : "-";
        return [label, Format.Number(_hits.Median), Format.Number(_stored.Median), target, _losses, Format.Number(_cpuUs.Median), mode.Limit == 0 && rate == 20_000 ? "10" : "-"];
    }
}
