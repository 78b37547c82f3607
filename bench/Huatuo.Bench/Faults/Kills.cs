using Huatuo.Bench.Site;
using Huatuo.Store.Tests.Elasticsearch;
using Huatuo.Store.Tests.Remote;

namespace Huatuo.Bench.Faults;

/// <summary>The agent is killed at random points, over and over, on the same data and with a server that often does not answer well.</summary>
internal static class Kills
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    internal static async Task<IReadOnlyList<Outcome>> RunAsync(BenchRun run, FloodSite site, string data, int kills)
    {
        var random = new Random(1);
        var lives = new List<Life>();
        await using var server = new BulkServer();
        await using (var load = new Load(site, run.Stop))
        {
            for (int i = 0; i < kills; i++)
            {
                if (i % 10 == 0)
                    BenchRun.Say($"faults: {i} of {kills} kills");
                server.Instead = Mood(random, isAway: i % 10 is 3 or 4 or 5);
                lives.Add(await LiveAsync(run, data, server.Address, random.NextDouble() * Longest));
            }
            server.Instead = null;
        }
        await using (MortalAgent last = MortalAgent.Start(run, data, server.Address, []))
        {
            await last.ReadyAsync(run.Stop);
            await last.SettledAsync(pending: false, run.Stop);
            await last.StopAsync(run.Stop);
        }
        FaultsBench.Check(server);
        return Judge($"{kills} kills", Evidence.Read(data, server), lives);
    }

    private static async Task<Life> LiveAsync(BenchRun run, string data, Uri server, TimeSpan length)
    {
        DateTimeOffset from = TimeProvider.System.GetUtcNow();
        await using MortalAgent agent = MortalAgent.Start(run, data, server, []);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(run.Stop);
        end.CancelAfter(length);
        Dictionary<string, LedgerFigures>? told = null;
        try
        {
            while (true)
            {
                told = await agent.TryLedgersAsync(end.Token) ?? told;
                await Task.Delay(50, end.Token);
            }
        }
        catch (OperationCanceledException) when (!run.Stop.IsCancellationRequested)
        {
        }
        await agent.KillAsync();
        return new Life(from, TimeProvider.System.GetUtcNow(), told);
    }

    private static Func<TestRequest, TestAnswer?> Mood(Random random, bool isAway)
    {
        int[] moods = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(10))];
        int next = 0;
        return _ => isAway ? new TestAnswer(503, "{}") : moods[Interlocked.Increment(ref next) % moods.Length] switch
        {
            0 => new TestAnswer(503, "{}"),
            1 => new TestAnswer(429, "{}") { Headers = "Retry-After: 1\r\n" },
            2 => new TestAnswer(200, "{\"took\":3,\"errors\":false,\"items\":[") { CutAfter = 90 },
            _ => null,
        };
    }

    /// <summary>
    /// In each life a place has the events without a hole, from the first that any place has, and as many at least as the agent
    /// had told to be stored. What is missing at the end was in memory.
    /// </summary>
    private static List<Outcome> Judge(string fault, Evidence all, IReadOnlyList<Life> lives)
    {
        List<Outcome> outcomes = [.. FaultsBench.Sinks.Select(sink => new Outcome(fault, sink) { There = all.Packets(sink), Duplicates = all.Duplicates(sink) })];
        long inLives = 0;
        foreach (Life life in lives)
        {
            Evidence during = all.Between(life.From, life.To);
            HashSet<long> anywhere = [.. during.Places.Values.SelectMany(place => place).Select(seen => seen.Number)];
            inLives += during.Places.Values.Sum(place => place.Count);
            if (anywhere.Count == 0)
                continue;
            for (int i = 0; i < outcomes.Count; i++)
            {
                string sink = outcomes[i].Sink;
                HashSet<long> there = [.. during.Places[sink].Select(seen => seen.Number)];
                long end = there.Count == 0 ? anywhere.Min() : there.Max() + 1;
                long told = sink == "elasticsearch" ? 0 : life.Told?[sink].Stored ?? 0;
                long holes = end - anywhere.Min() - there.Count;
                outcomes[i] = outcomes[i] with
                {
                    Lost = outcomes[i].Lost + holes + Math.Max(0, told - there.Count),
                    InMemory = outcomes[i].InMemory + anywhere.Count(number => number >= end),
                };
            }
        }
        return inLives + all.Between(lives[^1].To, DateTimeOffset.MaxValue).Places.Values.Sum(place => place.Count) == all.Places.Values.Sum(place => place.Count)
            ? outcomes
            : throw new BenchException("events are there of a time when no agent ran");
    }

    /// <summary>One agent, from its start to its kill, and the last that it told.</summary>
    private sealed record Life(DateTimeOffset From, DateTimeOffset To, Dictionary<string, LedgerFigures>? Told);
}
