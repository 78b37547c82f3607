using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bench.Site;
using Huatuo.Store.LocalFile;

namespace Huatuo.Bench.Lines;

/// <summary>Decoded, enriched and written JSON lines on one core, and where the time goes.</summary>
internal static class LinesBench
{
    private const int Cpu = 1;

    internal static async Task RunAsync(BenchRun run)
    {
        string folder = Path.Combine(run.Scratch, "lines");
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
        int count = run.Choose(300_000, 30_000);
        Samples enrich = new(), encode = new(), all = new(), cpu = new(), allocated = new();
        await using var sink = new LocalFileSink(new LocalFileOptions { Directory = folder, Bounds = new LocalFileBounds { RotateCount = 1 } }, TimeProvider.System, BenchRun.Say);
        var whole = new LinesPipeline(site, corpus, [sink]);
        var unstored = new LinesPipeline(site, corpus, []);
        await Affinity.RunOn(Cpu, "bench-lines", () =>
        {
            for (int round = -2; round < run.Choose(9, 3); round++)
            {
                run.Stop.ThrowIfCancellationRequested();
                LineFigures first = unstored.Enrich(count), second = unstored.Run(count), third = whole.Run(count);
                if (round < 0)
                    continue;
                enrich.Add(first.CpuNs);
                encode.Add(second.CpuNs);
                all.Add(third.WallNs);
                cpu.Add(third.CpuNs);
                allocated.Add(third.AllocatedBytes);
            }
            return true;
        });
        long lineBytes = File.ReadLines(Path.Combine(folder, "dropwatch.jsonl")).First().Length + 1;

        var report = new Report(run, "lines", "JSON lines on one core");
        report.Text($"Records of dropwatch ({RecordCorpus.DistinctStacks} distinct stacks of {RecordCorpus.Frames} frames of this kernel's functions, softirq context, a network namespace with an owner) "
            + $"go through decoding, enrichment, the shipped rules, encoding and the local sink to a file, {lineBytes:#,0} bytes a line. The whole process has one CPU, the sink's threads included. "
            + $"Medians of {all.Count} rounds of {count:#,0} lines; a round ends when its last line is written.");
        report.Table("Lines per second", ["", "measured", "target"],
        [
            ["lines/s", Format.Number(1e9 / all.Median), "100,000"],
            ["CPU per line, µs", Format.Number(cpu.Median / 1e3), "-"],
            ["allocated per line, B", Format.Number(allocated.Median), "0"],
        ]);
        report.Table("Where the time goes, ns of CPU per line", ["stage", "time", "share"],
        [
            Stage("stack and owner", enrich.Median, cpu.Median),
            Stage("decode, rules, encode", encode.Median - enrich.Median, cpu.Median),
            Stage("sink and file", cpu.Median - encode.Median, cpu.Median),
        ]);
        report.Save();
    }

    private static string[] Stage(string name, double ns, double whole) => [name, Format.Number(ns), $"{100 * ns / whole:0} %"];
}
