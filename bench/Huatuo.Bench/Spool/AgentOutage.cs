using System.Globalization;
using Huatuo.AutoTracing;
using Huatuo.Bench.Faults;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Spool;

/// <summary>What an outage of the server costs the agent itself in memory, while packets are dropped all the time.</summary>
internal static class AgentOutage
{
    private const int PerSecond = 1000;

    // Whether they find reason for a picture, which takes memory of its own, depends on what else the machine does.
    private static readonly string[] Quiet = [.. AutoTracerCatalog.Create(TimeProvider.System).Select(tracer => $"tracers.{tracer.Name}.enabled=false")];

    internal static async Task RunAsync(BenchRun run, Report report, string folder)
    {
        int settle = run.Choose(120, 40), away = run.Choose(600, 60);
        int port = BulkReceiver.FreePort();
        await using FloodSite site = await FloodSite.CreateAsync(run);
        await using MortalAgent agent = MortalAgent.Start(run, folder, new Uri($"http://127.0.0.1:{port}"), [], Quiet);
        await agent.ReadyAsync(run.Stop);
        Memory[] there;
        await using (new BulkReceiver(port))
            there = await WatchAsync(run, agent, site, settle);
        Memory[] gone = await WatchAsync(run, agent, site, away);
        LedgerFigures ledger = (await agent.TryLedgersAsync(run.Stop) ?? throw new BenchException("the agent does not answer"))["elasticsearch"];
        if (ledger.Pending < away * PerSecond * 8 / 10)
            throw new BenchException($"{ledger.Pending} events wait after {away} s");

        Memory before = Middle(there[(there.Length / 2)..]);
        Memory first = Middle(gone[..(gone.Length / 4)]), last = Middle(gone[(gone.Length * 3 / 4)..]);
        long most = gone.Max(memory => memory.Resident);
        report.Text($"What an outage costs `bin/huatuo` in memory: {PerSecond:#,0} packets/s are dropped, and it keeps each in its files, in its event store and for a server; auto-tracers are switched off. The server is there for {settle} s, then away for {away} s. "
            + "Resident memory is read each second, what of it is mapped from files, such as the program's own code, included; medians of the second half before, and of the first and the last quarter of the outage.");
        report.Table("An outage", ["", "resident, MB", "anonymous, MB", "target"],
        [
            Row("with the server", before, "-"),
            Row("first quarter of the outage", first, "-"),
            Row("last quarter of the outage", last, "-"),
            ["growth from before to the last quarter", Format.MB(last.Resident - before.Resident), Format.MB(last.Anonymous - before.Anonymous), "5"],
            ["most, above before", Format.MB(most - before.Resident), "-", "-"],
            ["events that wait", Format.Number(ledger.Pending), "-", "-"],
        ]);
    }

    private static string[] Row(string name, Memory memory, string target) => [name, Format.MB(memory.Resident), Format.MB(memory.Anonymous), target];

    private static async Task<Memory[]> WatchAsync(BenchRun run, MortalAgent agent, FloodSite site, int seconds)
    {
        var seen = new Memory[seconds];
        for (int i = 0; i < seconds; i++)
        {
            await site.SendAsync(PerSecond, TimeSpan.FromSeconds(1), run.Stop);
            seen[i] = Memory.Of(agent.Pid);
            if (i % 10 == 9)
                BenchRun.Say(string.Create(CultureInfo.InvariantCulture, $"spool: {i + 1} s: resident {seen[i].Resident / 1e6:0.0} MB, anonymous {seen[i].Anonymous / 1e6:0.0} MB"));
        }
        return seen;
    }

    private static Memory Middle(Memory[] seen) => new(Median(seen.Select(memory => memory.Resident)), Median(seen.Select(memory => memory.Anonymous)));

    private static long Median(IEnumerable<long> values)
    {
        var samples = new Samples();
        foreach (long value in values)
            samples.Add(value);
        return (long)samples.Median;
    }

    private readonly record struct Memory(long Resident, long Anonymous)
    {
        internal static Memory Of(int pid)
        {
            long[] pages = [.. File.ReadAllText($"/proc/{pid}/statm").Split(' ').Take(3).Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
            return new Memory(pages[1] * Environment.SystemPageSize, (pages[1] - pages[2]) * Environment.SystemPageSize);
        }
    }
}
