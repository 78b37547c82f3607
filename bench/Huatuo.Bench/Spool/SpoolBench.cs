using System.Diagnostics;
using Huatuo.Bench.Measure;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Elasticsearch;
using Huatuo.Store.Remote;
using Huatuo.Store.Spool;

namespace Huatuo.Bench.Spool;

/// <summary>How fast the spool takes events and gives them back, and what an outage of the server costs in memory.</summary>
internal static class SpoolBench
{
    private const int Distinct = 1000;
    private const int PerSecond = 20_000;

    internal static async Task RunAsync(BenchRun run)
    {
        string folder = Path.Combine(run.Scratch, "spool");
        IReadOnlyList<byte[]> documents = await CapturedDocuments.MakeAsync(run, Distinct);
        double bytes = documents.Average(document => document.Length);
        try
        {
            var report = new Report(run, "spool", "Sinks with a server");
            int count = run.Choose(100_000, 20_000);
            Samples write = new(), read = new(), cpu = new();
            for (int round = 0; round < run.Choose(7, 2); round++)
                await WriteAndReadAsync(run, Path.Combine(folder, $"queue-{round}"), documents, count, write, read, cpu);
            report.Text($"Documents of dropwatch, {bytes:#,0} bytes each, go through memory into the spool, and are read from it again without being sent. Medians of {write.Count} rounds of {count:#,0} events.");
            report.Table("The spool", ["", "events/s", "MB/s", "CPU per event, µs"],
            [
                ["written", Format.Number(write.Median), Format.Number(write.Median * bytes / 1e6), Format.Number(cpu.Median / 1e3)],
                ["read and acknowledged", Format.Number(read.Median), Format.Number(read.Median * bytes / 1e6), "-"],
            ]);
            await OutageAsync(run, report, Path.Combine(folder, "outage"), documents);
            await AgentOutage.RunAsync(run, report, Path.Combine(folder, "agent"));
            report.Save();
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WriteAndReadAsync(BenchRun run, string folder, IReadOnlyList<byte[]> documents, int count, Samples write, Samples read, Samples cpu)
    {
        run.Stop.ThrowIfCancellationRequested();
        var ledger = new SinkLedger("spool");
        await using var queue = new SpoolQueue("spool", new SpoolOptions { Directory = folder, MaxBytes = 4L << 30 }, 8 << 20, TimeProvider.System, BenchRun.Say);
        IEventChannel channel = queue.Open("dropwatch", ledger);
        using var pause = new AutoResetEvent(false);
        long before = ProcFigures.CpuNs(Environment.ProcessId);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            while (i - queue.Kept > 2000)
                pause.WaitOne(1);
            channel.Accept(documents[i % documents.Count]);
        }
        while (queue.Kept < count)
            pause.WaitOne(1);
        write.Add(count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        cpu.Add((ProcFigures.CpuNs(Environment.ProcessId) - before) / (double)count);

        start = Stopwatch.GetTimestamp();
        while (queue.Reader.TryRead(1 << 20, 1000) is { } batch)
        {
            queue.Segments.Store(batch.Segment!, "dropwatch", batch.Documents.Count);
            queue.Reader.Acknowledge(batch);
        }
        read.Add(count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        if (ledger.Stored != count || ledger.Pending != 0)
            throw new BenchException($"{ledger.Stored} of {count} events came back from the spool");
    }

    private static async Task OutageAsync(BenchRun run, Report report, string folder, IReadOnlyList<byte[]> documents)
    {
        int seconds = run.Choose(30, 3);
        int port = BulkReceiver.FreePort();
        var ledger = new SinkLedger(ElasticsearchSink.SinkName);
        var options = new RemoteSinkOptions { Addresses = [new Uri($"http://127.0.0.1:{port}")], SpoolDirectory = folder, SpoolBytes = 4L << 30 };
        await using var sink = new ElasticsearchSink(options, IndexName.Parse("huatuo_bamai", out _)!, TimeProvider.System, BenchRun.Say);
        IEventChannel channel = sink.Open("dropwatch", ledger);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        BenchRun.Say($"the server is away for {seconds} s");
        long start = Stopwatch.GetTimestamp(), accepted = 0;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds is var now && now < seconds)
        {
            while (accepted < (long)(now * PerSecond))
                channel.Accept(documents[(int)(accepted++ % documents.Count)]);
            await timer.WaitForNextTickAsync(run.Stop);
        }
        long waiting = ledger.Pending;
        start = Stopwatch.GetTimestamp();
        await using var receiver = new BulkReceiver(port);
        while (ledger.Stored == 0)
            await timer.WaitForNextTickAsync(run.Stop);
        double pause = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        long first = ledger.Stored;
        while (ledger.Pending > 0)
            await timer.WaitForNextTickAsync(run.Stop);
        double rate = (ledger.Stored - first) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (ledger.Stored != accepted)
            throw new BenchException($"{ledger.Stored} of {accepted} events were delivered");
        report.Text($"Then {PerSecond:#,0} events/s are accepted for a server that is away for {seconds} s, until one is there that takes everything; it is in the same process, so its work is in the rate.");
        report.Table("What waited is delivered", ["", "measured", "target"],
        [
            ["events that waited", Format.Number(waiting), "-"],
            ["seconds until the server is asked again", Format.Number(pause), "-"],
            ["events/s delivered then", Format.Number(rate), "-"],
            ["lost", "0", "0"],
        ]);
    }
}
