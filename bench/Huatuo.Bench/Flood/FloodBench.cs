using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Flood;

/// <summary>A flood of drops: what the agent stores, what that costs it, and what it costs the flood.</summary>
internal static class FloodBench
{
    private static readonly int[] Rates = [100, 1_000, 5_000, 20_000, 0];

    internal static async Task RunAsync(BenchRun run)
    {
        await using FloodSite site = await FloodSite.CreateAsync(run);
        var report = new Report(run, "flood", "A flood of dropped packets");
        await RatesAsync(run, site, report);
        await MemoryAsync(run, site, report);
        Upstream(report);
        report.Save();
    }

    private static async Task RatesAsync(BenchRun run, FloodSite site, Report report)
    {
        TimeSpan time = TimeSpan.FromSeconds(run.Choose(5, 2));
        var cells = new Dictionary<(int Rate, FloodMode Mode), FloodCell>();
        for (int round = 0; round < run.Choose(3, 1); round++)
            foreach (int rate in Rates)
                foreach (FloodMode mode in FloodMode.All)
                {
                    BenchRun.Say($"flood: {Format.Rate(rate)}, {mode.Name}");
                    if (!cells.TryGetValue((rate, mode), out FloodCell? cell))
                        cells[(rate, mode)] = cell = new FloodCell();
                    await cell.AddAsync(run, site, mode, rate, time);
                }

        report.Text("SYNs as raw frames from one network namespace into a netfilter drop in another, sent from CPU 0; the agent is `bin/huatuo`, free to run anywhere, with dropwatch and its file alone, or with everything that is on by default. "
            + $"Every cell is the median of {run.Choose(3, 1)} rounds of {time.TotalSeconds:0} s, rounds with and without agent in turn. "
            + "The cost to the flood is CPU time of the sender, in whose context the packet is received and dropped, per packet.");
        report.Table("Stored", ["flood, limit", "hits/s", "stored/s", "target", "lost", "agent CPU per stored event, µs", "target"],
            Rates.SelectMany(rate => FloodMode.All.Where(mode => mode.Options is not null).Select(mode => cells[(rate, mode)].StoredRow($"{Format.Rate(rate)}, {mode.Name}", mode, rate))));
        report.Table("Cost to the flood", ["flood", "without agent, ns per packet", "default limit, ns", "ratio", "target", "no limit, ns", "ratio", "all defaults, ns", "ratio"],
            Rates.Select(rate =>
            {
                double bare = cells[(rate, FloodMode.None)].CostNs.Median, limited = cells[(rate, FloodMode.Limited)].CostNs.Median, free = cells[(rate, FloodMode.Unlimited)].CostNs.Median, everything = cells[(rate, FloodMode.Everything)].CostNs.Median;
                return (string[])[Format.Rate(rate), Format.Number(bare), Format.Number(limited), Format.Ratio(limited / bare), "×1.05", Format.Number(free), Format.Ratio(free / bare), Format.Number(everything), Format.Ratio(everything / bare)];
            }));
    }

    private static async Task MemoryAsync(BenchRun run, FloodSite site, Report report)
    {
        const int rate = 20_000;
        TimeSpan flood = TimeSpan.FromSeconds(run.Choose(60, 4)), rest = TimeSpan.FromSeconds(20);
        var rows = new List<string[]>();
        foreach (FloodMode mode in FloodMode.All[1..])
        {
            BenchRun.Say($"flood: memory, {mode.Name}");
            await using AgentProcess agent = await AgentProcess.StartAsync(run, run.Program, mode.Options!);
            await Task.Delay(TimeSpan.FromSeconds(run.Choose(10, 2)), run.Stop);
            long fresh = agent.ResidentBytes;
            // The first event has the symbols read, which stay.
            await site.SendAsync(100, TimeSpan.FromSeconds(1), run.Stop);
            await Task.Delay(TimeSpan.FromSeconds(run.Choose(5, 1)), run.Stop);
            long before = agent.ResidentBytes;
            LedgerFigures start = await agent.SettledLedgerAsync(run.Stop);
            using var watching = CancellationTokenSource.CreateLinkedTokenSource(run.Stop);
            Task<long> highest = HighestAsync(agent, watching.Token);
            FloodFigures sent = await site.SendAsync(rate, flood, run.Stop);
            await watching.CancelAsync();
            LedgerFigures end = await agent.SettledLedgerAsync(run.Stop);
            await Task.Delay(rest, run.Stop);
            long after = agent.ResidentBytes;
            rows.Add(
            [
                mode.Name, Format.MB(fresh), Format.MB(before), Format.MB(await highest), Format.MB(after), Format.MB(after - before), "5",
                $"{sent.Packets:#,0}", $"{end.Stored - start.Stored:#,0}", end.Losses(start),
            ]);
        }
        report.Table($"Memory over {flood.TotalSeconds:0} s at {rate:#,0}/s, MB resident", ["limit", "no event yet", "after the first events", "highest", "20 s after", "growth since the first events", "target", "sent", "stored", "lost"], rows);
    }

    private static async Task<long> HighestAsync(AgentProcess agent, CancellationToken stop)
    {
        long highest = 0;
        try
        {
            while (true)
            {
                highest = Math.Max(highest, agent.ResidentBytes);
                await Task.Delay(200, stop);
            }
        }
        catch (OperationCanceledException)
        {
            return highest;
        }
    }

    private static void Upstream(Report report) => report.Table(
        "Upstream, measured earlier on another day",
        ["flood", "stored/s, limit 100/s", "stored/s, no limit"],
        [["100/s", "97", "-"], ["1,000/s", "100", "-"], ["5,000/s", "-", "2,326"], ["20,000/s", "25", "2,143"]]);
}
