using Huatuo.Bench.Site;
using Huatuo.Store.Tests.Elasticsearch;

namespace Huatuo.Bench.Faults;

/// <summary>Faults that the agent lives through: its ledger tells in the end where each event went.</summary>
/// <param name="run">The run.</param>
/// <param name="site">Where packets are dropped.</param>
internal sealed class WatchedLives(BenchRun run, FloodSite site)
{
    private const int DiskMiB = 64;

    private static readonly string[] SmallMemory = [.. FaultsBench.Sinks.Select(sink => $"store.{sink}.queue_bytes=1MiB")];

    /// <summary>Nobody listens where the server was.</summary>
    internal async Task<IReadOnlyList<Outcome>> OutageAsync(string data, TimeSpan length)
    {
        BenchRun.Say($"faults: the server is away for {length.TotalSeconds:0} s");
        await using var first = new BulkServer();
        await using MortalAgent agent = MortalAgent.Start(run, data, first.Address, []);
        await agent.ReadyAsync(run.Stop);
        await using var load = new Load(site, run.Stop);
        await PauseAsync(5);
        FaultsBench.Check(first);
        await first.DisposeAsync();
        await Task.Delay(length, run.Stop);
        await using var second = new BulkServer(first.Port);
        foreach (KeyValuePair<(string Index, string Id), string> document in first.Documents)
            second.Documents.TryAdd(document.Key, document.Value);
        await PauseAsync(5);
        return await EndAsync("server away", agent, load, data, second, pending: false);
    }

    /// <summary>The disk of all sinks has no room for a while.</summary>
    internal async Task<IReadOnlyList<Outcome>> FullDiskAsync()
    {
        BenchRun.Say("faults: a full disk");
        await using LoopDisk disk = await LoopDisk.CreateAsync(run, DiskMiB);
        await using var server = new BulkServer();
        await using MortalAgent agent = MortalAgent.Start(run, disk.Path, server.Address, [], SmallMemory);
        await agent.ReadyAsync(run.Stop);
        await using var load = new Load(site, run.Stop);
        await PauseAsync(5);
        disk.Fill();
        await PauseAsync(15);
        disk.Empty();
        await PauseAsync(5);
        IReadOnlyList<Outcome> outcomes = await EndAsync("full disk", agent, load, disk.Path, server, pending: false);
        return outcomes.Any(outcome => outcome.Counted > 0) ? outcomes : throw new BenchException("the disk was never full");
    }

    /// <summary>The disk of all sinks cannot be written any more.</summary>
    internal async Task<IReadOnlyList<Outcome>> ReadOnlyDiskAsync(string copy)
    {
        BenchRun.Say("faults: a read-only disk");
        await using LoopDisk disk = await LoopDisk.CreateAsync(run, DiskMiB);
        await using var server = new BulkServer();
        await using MortalAgent agent = MortalAgent.Start(run, disk.Path, server.Address, [], SmallMemory);
        await agent.ReadyAsync(run.Stop);
        await using var load = new Load(site, run.Stop);
        await PauseAsync(5);
        disk.Break();
        await PauseAsync(10);
        IReadOnlyList<Outcome> outcomes = await EndAsync("read-only disk", agent, load, disk.Path, server, pending: true, copy);
        return outcomes.All(outcome => outcome.Counted > 0) ? outcomes : throw new BenchException("the disk could be written");
    }

    /// <summary>The time of day jumps.</summary>
    internal async Task<IReadOnlyList<Outcome>> ClockAsync(string data)
    {
        BenchRun.Say("faults: the clock jumps");
        using MovedClock clock = await MovedClock.CreateAsync(run);
        await using var server = new BulkServer();
        await using MortalAgent agent = MortalAgent.Start(run, data, server.Address, clock.Prefix);
        await agent.ReadyAsync(run.Stop);
        await using var load = new Load(site, run.Stop);
        foreach (TimeSpan away in (TimeSpan[])[TimeSpan.FromHours(1), TimeSpan.FromHours(-2), TimeSpan.FromDays(1), TimeSpan.FromDays(-3)])
        {
            await PauseAsync(5);
            clock.Move(away);
        }
        await PauseAsync(5);
        IReadOnlyList<Outcome> outcomes = await EndAsync("clock jumps", agent, load, data, server, pending: false);
        Seen[] seen = [.. server.Documents.Values.Select(Seen.Of).OfType<Seen>()];
        return seen.Max(one => one.Time) - seen.Min(one => one.Time) > TimeSpan.FromDays(3) ? outcomes : throw new BenchException("the agent's clock did not move");
    }

    private Task PauseAsync(int seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), run.Stop);

    /// <summary>Compares what the ledger says of each sink with what is there.</summary>
    private async Task<IReadOnlyList<Outcome>> EndAsync(string fault, MortalAgent agent, Load load, string data, BulkServer server, bool pending, string? copy = null)
    {
        await load.EndAsync();
        Dictionary<string, LedgerFigures> ledgers = await agent.SettledAsync(pending, run.Stop);
        await agent.StopAsync(run.Stop);
        FaultsBench.Check(server);
        // A database cannot be opened where nothing can be written.
        if (copy is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            await Command.RunAsync(run.Stop, "cp", "-a", data, copy);
        }
        Evidence evidence = Evidence.Read(copy ?? data, server);
        return [.. FaultsBench.Sinks.Select(sink =>
        {
            LedgerFigures ledger = ledgers[sink];
            if (ledger.Lost + ledger.RateLimited + ledger.DecodeErrors + ledger.Dropped > 0)
                throw new BenchException($"{fault}: events did not get to the sinks: {ledger}");
            long counted = ledger.SinkDropped + ledger.DeadLetter + ledger.Pending;
            long there = evidence.Packets(sink);
            return new Outcome(fault, sink) { There = there, Counted = counted, Lost = ledger.Accepted - counted - there, Duplicates = evidence.Duplicates(sink) };
        })];
    }
}
