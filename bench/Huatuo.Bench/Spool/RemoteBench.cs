using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bench.Site;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Elasticsearch;
using Huatuo.Store.Otlp;
using Huatuo.Store.Remote;

namespace Huatuo.Bench.Spool;

/// <summary>How many events a sink delivers, through its spool, to a server that takes everything.</summary>
internal static class RemoteBench
{
    private const int Distinct = 1000, Cpu = 0, ServersCpu = 1, MostAhead = 2000;

    internal static async Task RunAsync(BenchRun run)
    {
        string folder = Path.Combine(run.Scratch, "remote");
        IReadOnlyList<byte[]> documents = await CapturedDocuments.MakeAsync(run, Distinct);
        int count = run.Choose(100_000, 10_000), port = BulkReceiver.FreePort();
        try
        {
            using Process server = Command.Start("taskset", "-c", ServersCpu.ToString(CultureInfo.InvariantCulture), Environment.ProcessPath!, BulkReceiver.Verb, port.ToString(CultureInfo.InvariantCulture));
            await ListeningAsync(port, run.Stop);
            using IDisposable pinned = Affinity.PinProcess(Cpu);
            var rounds = new Dictionary<string, (Samples Rate, Samples CpuNs)> { [ElasticsearchSink.SinkName] = (new(), new()), [OtlpLogsSink.SinkName] = (new(), new()) };
            for (int round = 0; round < run.Choose(7, 1); round++)
            {
                foreach ((string name, (Samples rate, Samples cpu)) in rounds)
                {
                    BenchRun.Say($"remote: {name} {round + 1}");
                    await using RemoteSink sink = Make(name, new Uri($"http://127.0.0.1:{port}"), Path.Combine(folder, $"{name}-{round}"));
                    (double perSecond, double cpuNs) = await DeliverAsync(run, sink, documents, count);
                    rate.Add(perSecond);
                    cpu.Add(cpuNs);
                }
            }
            server.StandardInput.Close();
            await server.WaitForExitAsync(run.Stop);

            var report = new Report(run, "remote", "Events to a server");
            report.Text($"Documents of dropwatch, {documents.Average(document => document.Length):#,0} bytes each, are accepted as fast as they are taken, kept in the spool, compressed, sent, and acknowledged by a server that takes everything. The whole process has one CPU, the "
                + $"server, a process of its own, the other. Medians of {rounds.Values.First().Rate.Count} rounds of {count:#,0} events, without the first and the last tenth.");
            report.Table("Into a sink", ["sink", "events/s", "CPU per event, µs"], [.. rounds.Select(one => (string[])[one.Key, Format.Number(one.Value.Rate.Median), Format.Number(one.Value.CpuNs.Median / 1e3)])]);
            report.Save();
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static RemoteSink Make(string name, Uri server, string folder)
    {
        var options = new RemoteSinkOptions { Addresses = [name == OtlpLogsSink.SinkName ? new Uri(server, BulkReceiver.Logs) : server], SpoolDirectory = folder, SpoolBytes = 4L << 30 };
        return name == OtlpLogsSink.SinkName
            ? new OtlpLogsSink(options, [new("host.name", "bench")], "0", TimeProvider.System, BenchRun.Say)
            : new ElasticsearchSink(options, IndexName.Parse("huatuo_bamai", out _)!, TimeProvider.System, BenchRun.Say);
    }

    private static async Task<(double PerSecond, double CpuNs)> DeliverAsync(BenchRun run, RemoteSink sink, IReadOnlyList<byte[]> documents, int count)
    {
        var ledger = new SinkLedger(sink.Name);
        IEventChannel channel = sink.Open("dropwatch", ledger);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        long first = count / 10, last = count - first, before = 0, cpu = 0, began = 0;
        for (int accepted = 0; ledger.Stored < last; await timer.WaitForNextTickAsync(run.Stop))
        {
            for (; accepted < count && accepted - ledger.Stored < MostAhead; accepted++)
                channel.Accept(documents[accepted % documents.Count]);
            if (began == 0 && ledger.Stored >= first)
                (before, cpu, began) = (ledger.Stored, ProcFigures.CpuNs(Environment.ProcessId), Stopwatch.GetTimestamp());
        }
        double delivered = ledger.Stored - before;
        return (delivered / Stopwatch.GetElapsedTime(began).TotalSeconds, (ProcFigures.CpuNs(Environment.ProcessId) - cpu) / delivered);
    }

    private static async Task ListeningAsync(int port, CancellationToken stop)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port, stop);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, stop);
            }
        }
    }
}
