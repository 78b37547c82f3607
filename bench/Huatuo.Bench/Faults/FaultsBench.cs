using Huatuo.Bench.Site;
using Huatuo.Store.Tests.Elasticsearch;

namespace Huatuo.Bench.Faults;

/// <summary>What becomes of events when the agent, its disk, its clock or its server fail, counted packet by packet.</summary>
internal static class FaultsBench
{
    /// <summary>All sinks whose events are counted.</summary>
    internal static IReadOnlyList<string> Sinks { get; } = ["local", "sqlite", "elasticsearch"];

    internal static async Task RunAsync(BenchRun run)
    {
        int kills = run.Choose(100, 6);
        TimeSpan outage = TimeSpan.FromSeconds(run.Choose(180, 8));
        string data = Path.Combine(run.Scratch, "faults");
        await using FloodSite site = await FloodSite.CreateAsync(run);
        List<Outcome> outcomes = [];
        try
        {
            outcomes.AddRange(await Kills.RunAsync(run, site, Path.Combine(data, "kills"), kills));
            var lives = new WatchedLives(run, site);
            outcomes.AddRange(await lives.OutageAsync(Path.Combine(data, "outage"), outage));
            outcomes.AddRange(await lives.FullDiskAsync());
            outcomes.AddRange(await lives.ReadOnlyDiskAsync(Path.Combine(data, "read-only")));
            outcomes.AddRange(await lives.ClockAsync(Path.Combine(data, "clock")));
        }
        finally
        {
            if (Directory.Exists(data))
                Directory.Delete(data, recursive: true);
        }
        var report = new Report(run, "faults", "Faults");
        report.Text($"`bin/huatuo` with all three kinds of sinks, while {Load.Rate} packets/s are dropped, each with a number by which it is found again in the files, in the event store and at a server "
            + "that takes and answers nothing but what the client library of Elasticsearch knows. Lost is an event that is missing and that no counter tells of, or that was told to be stored and is not there.");
        report.Table("Events", ["fault", "sink", "there in the end", "lost", "there twice", "missing, and counted by the ledger", "in memory when killed"], outcomes.Select(outcome => outcome.Row));
        report.Text($"Kills: SIGKILL at a random time of the first four seconds of an agent, which is started again on the same data; in three of ten lives the server refuses everything, in the others it answers three of ten requests "
            + "by 429, 503 or half an answer. Of each life a sink must have all events without a hole up to some packet; those behind it, which another sink has, were in memory alone, where the files gather for 5 ms and the others for 50.");
        report.Text($"Server away: nobody listens for {outage.TotalSeconds:0} s. Full disk: all sinks are on an ext4 file system of 64 MiB that is filled, and emptied after 15 s; memory before each is 1 MiB. "
            + "Read-only disk: the kernel finds an error in that file system and lets nobody write any more; the agent is stopped ten seconds later, and what it held is counted as waiting. "
            + "Clock: the agent's time of day is moved to 1 h, -2 h, 1 day and -3 days from the machine's, which stays as it is, by a library in its process (`bench/c/movedclock.c`); the monotonic clock goes on.");
        report.Save();
        if (outcomes.Any(outcome => outcome.Lost != 0 || outcome.Duplicates != 0))
            throw new BenchException("events are lost, or there twice");
    }

    /// <summary>The server was asked nothing that is wrong.</summary>
    internal static void Check(BulkServer server)
    {
        if (server.Faults.FirstOrDefault() is { } fault)
            throw new BenchException($"a request was wrong: {fault}");
    }
}
