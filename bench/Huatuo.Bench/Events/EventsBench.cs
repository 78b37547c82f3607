using System.Diagnostics;
using Huatuo.Bench.Lines;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bench.Site;
using Huatuo.Flow.Filter;
using Huatuo.Store.LocalFile;
using Huatuo.Store.Search;
using Huatuo.Store.Sqlite;

namespace Huatuo.Bench.Events;

/// <summary>Events into files and the event store on one core, their size, and how long searches take.</summary>
internal static class EventsBench
{
    private const int Cpu = 1;

    internal static async Task RunAsync(BenchRun run)
    {
        string folder = Path.Combine(run.Scratch, "events");
        using var owner = new NamespaceOwner();
        RecordCorpus corpus = RecordCorpus.Create(await owner.InodeAsync(run.Stop));
        await using var site = new FlowSite();
        await site.Stacks.Symbols.ReadyAsync();
        await site.Netns.RefreshAsync();
        using IDisposable pinned = Affinity.PinProcess(Cpu);
        try
        {
            await MeasureAsync(run, site, corpus, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(BenchRun run, FlowSite site, RecordCorpus corpus, string folder)
    {
        int count = run.Choose(100_000, 30_000);
        int rounds = run.Choose(10, 3);
        string path = Path.Combine(folder, "events.db");
        Samples wall = new(), cpu = new(), allocated = new();
        await using (var local = new LocalFileSink(new LocalFileOptions { Directory = folder, Bounds = new LocalFileBounds { RotateCount = 1 } }, TimeProvider.System, BenchRun.Say))
        await using (var sqlite = new SqliteSink(new SqliteSinkOptions { Path = path, MaxBytes = 16L << 30 }, TimeProvider.System, BenchRun.Say))
        {
            var pipeline = new LinesPipeline(site, corpus, [local, sqlite]);
            await Affinity.RunOn(Cpu, "bench-events", () =>
            {
                for (int round = 0; round < rounds; round++)
                {
                    run.Stop.ThrowIfCancellationRequested();
                    LineFigures figures = pipeline.Run(count);
                    wall.Add(figures.WallNs);
                    cpu.Add(figures.CpuNs);
                    allocated.Add(figures.AllocatedBytes);
                }
                return true;
            });
        }
        long events = (long)count * rounds;
        long lineBytes = File.ReadLines(Path.Combine(folder, "dropwatch.jsonl")).First().Length + 1;

        var report = new Report(run, "events", "The event store");
        report.Text($"Records of dropwatch ({RecordCorpus.DistinctStacks} distinct stacks) go through decoding, enrichment, rules and encoding to files and to the event store, "
            + $"{lineBytes:#,0} bytes a document. The whole process has one CPU, the sinks' threads included. Medians of {wall.Count} rounds of {count:#,0} events; a round ends when its last event is stored.");
        report.Table("Events into files and the event store", ["", "measured", "target"],
        [
            ["events/s", Format.Number(1e9 / wall.Median), "20,000"],
            ["CPU per event, µs", Format.Number(cpu.Median / 1e3), "50"],
            ["allocated per event, B", Format.Number(allocated.Median), "-"],
            ["bytes per event in the event store", Format.Number((double)new FileInfo(path).Length / events), "-"],
        ]);
        report.Text($"Searches over those {events:#,0} events, of which a search gives the newest 100; {run.Choose(200, 20)} of each kind, opening the database included.");
        report.Table("Search, ms", ["search", "median", "p99", "target p99", "CPU, median"], [.. Searches().Select(search => Time(run, path, search.Name, search.Query))]);
        report.Save();
    }

    private static IEnumerable<(string Name, Func<int, EventQuery> Query)> Searches()
    {
        yield return ("all", _ => new EventQuery { Limit = 100 });
        yield return ("one tracer", _ => new EventQuery { Tracers = ["dropwatch"], Limit = 100 });
        yield return ("a word that is everywhere", _ => new EventQuery { Text = "eth0", Limit = 100 });
        yield return ("a word that is nowhere", i => new EventQuery { Text = $"nowhere{i}", Limit = 100 });
        yield return ("a function in stacks", _ => new EventQuery { Text = "tcp_*", Limit = 100 });
        yield return ("two words and a field", i => new EventQuery { Text = "eth0 nginx", Where = [Field("layers.tcp.dport", 80)], Limit = 100 });
        yield return ("a port that some have", i => new EventQuery { Where = [Field("layers.tcp.sport", 1024 + i * 300)], Limit = 100 });
        yield return ("a process that none has", i => new EventQuery { Pid = 900_000 + i, Limit = 100 });
    }

    private static FieldCondition Field(string path, int value) => new(path, FieldOperator.Is, [value.ToString()]);

    private static string[] Time(BenchRun run, string path, string name, Func<int, EventQuery> query)
    {
        Samples times = new(), cpu = new();
        for (int i = 0; i < run.Choose(200, 20); i++)
        {
            run.Stop.ThrowIfCancellationRequested();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            using (EventReader reader = EventReader.Open(path))
                reader.Search(query(i), after: 0, _ => { });
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            cpu.Add((Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
        }
        return [name, Format.Number(times.Median), Format.Number(times.Percentile(99)), "50", Format.Number(cpu.Median)];
    }
}
