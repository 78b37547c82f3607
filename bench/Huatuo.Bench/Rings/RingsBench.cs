using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Rings;

/// <summary>The product's ring readers against C on libbpf.</summary>
internal static class RingsBench
{
    internal static async Task RunAsync(BenchRun run)
    {
        using var native = new ConsumerLibrary(await NativeBuild.ConsumerAsync(run));
        var report = new Report(run, "rings", "Ring readers: C# against C on libbpf");
        await DrainAsync(run, native, report);
        await LiveAsync(run, native, report);
        report.Save();
    }

    private static async Task DrainAsync(BenchRun run, ConsumerLibrary native, Report report)
    {
        var rows = new List<string[]>();
        foreach (bool perf in (bool[])[false, true])
            foreach (int bytes in (int[])[304, 1400])
            {
                BenchRun.Say($"rings: drain, {Transport(perf)}, {bytes} bytes");
                run.Stop.ThrowIfCancellationRequested();
                using var rounds = new DrainRounds(native, perf, bytes);
                DrainFigures figures = await Affinity.RunOn(0, "bench-drain", () => rounds.Run(run.Choose(400, 20)));
                rows.Add(
                [
                    $"{Transport(perf)}, {bytes} B", Format.Number(figures.NativeNs), Format.Number(figures.ManagedNs),
                    Format.Ratio(figures.ManagedNs / figures.NativeNs), "×1.10", Format.Number(figures.AllocatedBytes), "0",
                ]);
            }
        report.Text("One thread fills a ring of 1 MiB and then empties it, in turn with `ring_buffer__consume`/`perf_buffer__consume` and a C callback and with the product's reader, from the same memory. "
            + "Both check each record's length and read every cache line of it. Medians of nanoseconds per event.");
        report.Table("Emptying a full ring", ["ring, record", "C, ns", "C#, ns", "ratio", "target", "allocated, B/event", "target"], rows);
    }

    private static async Task LiveAsync(BenchRun run, ConsumerLibrary native, Report report)
    {
        var rows = new List<string[]>();
        foreach (bool perf in (bool[])[false, true])
            foreach (int rate in (int[])[100, 10_000, 100_000])
            {
                BenchRun.Say($"rings: live, {Transport(perf)}, {rate}/s");
                Samples c = new(), managed = new();
                long cLost = 0, managedLost = 0;
                for (int round = 0; round < run.Choose(5, 1); round++)
                    foreach (bool isManaged in round % 2 == 0 ? (bool[])[false, true] : [true, false])
                    {
                        LiveFigures figures = await LiveRound.MeasureAsync(native, perf, isManaged, rate, TimeSpan.FromSeconds(run.Choose(3, 1)), run.Stop);
                        (isManaged ? managed : c).Add(figures.Ns);
                        cLost += isManaged ? 0 : figures.Lost;
                        managedLost += isManaged ? figures.Lost : 0;
                    }
                rows.Add(
                [
                    $"{Transport(perf)}, {Format.Rate(rate)}", Format.Number(c.Median), Format.Number(managed.Median), Format.Ratio(managed.Median / c.Median),
                    $"{cLost:#,0}", $"{managedLost:#,0}",
                ]);
            }
        report.Text("Live: the product's pump against a C loop on libbpf's epoll with the same policy: ring buffers wake when the last wake is older than 500 µs or 64 records wait, "
            + "perf rings when an eighth is full, with a look each 10 ms; after records, one more look a millisecond later, after many records four. Records of 304 bytes; what found no room while the machine did something else is counted. "
            + "CPU time of the consumer's thread, wake-ups included, in nanoseconds per event; medians.");
        report.Table("Consuming live", ["ring, rate", "C, ns", "C#, ns", "ratio", "lost, C", "lost, C#"], rows);
    }

    private static string Transport(bool perf) => perf ? "perf" : "ring buffer";
}
