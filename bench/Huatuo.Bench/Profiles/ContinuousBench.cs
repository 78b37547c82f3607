using System.Diagnostics;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Huatuo.Profiling.Continuous;

namespace Huatuo.Bench.Profiles;

/// <summary>What profiles that are taken all the time cost the work on the machine, and this program; with and without in turns.</summary>
internal static class ContinuousBench
{
    // Programs are loaded, tables made, and the first samples taken.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(3);

    internal static async Task RunAsync(BenchRun run)
    {
        string program = await NativeBuild.EventfulAsync(run);
        var work = new ProfiledWork(program, run.Choose(20_000, 1_000));
        ContinuousKind[] all = Enum.GetValues<ContinuousKind>();
        List<string[]> rows = [];
        foreach (ContinuousKind[] kinds in (ContinuousKind[][])[.. all.Select(kind => new[] { kind }), all])
            rows.Add(await MeasureAsync(run, work, kinds));

        var report = new Report(run, "continuous", "What continuous profiles cost");
        report.Text("For each CPU two threads take 64 pages and give them back, write and read 16 KiB of a file in memory, and compute some 10 µs under a mutex that they share. Their CPU time "
            + "while profiles of the whole machine are taken, named and written as documents, with the defaults of `profiling` and its budget, over that without, in turns; medians. Beside it the CPU time of this program "
            + "meanwhile, and its memory above what it had without.");
        report.Table("With over without", ["profiling.profilers", "CPU time of the work", "CPU of the profiler, % of a core", "memory above rest, MB"], rows);
        report.Save();
    }

    private static async Task<string[]> MeasureAsync(BenchRun run, ProfiledWork work, ContinuousKind[] kinds)
    {
        string name = string.Join(", ", kinds.Select(ContinuousStart.Name));
        Samples ratios = new(), own = new(), memory = new();
        for (int round = 0; round < run.Choose(9, 1); round++)
        {
            BenchRun.Say($"continuous: {name} {round + 1}");
            double without = await work.MakeAsync(run);
            GC.Collect();
            long resident = ProcFigures.ResidentBytes(Environment.ProcessId);
            var clock = new KernelClock();
            var output = new DocumentOutput(ProfileDocuments.Name, ProfileDocuments.Type, new Origin("bench", ""), clock, []);
            using var profiling = new ContinuousProfiling(
                new ContinuousOptions { Enabled = true, Profilers = kinds }, new ProfileDocuments(output, clock, TimeProvider.System), _ => null, SymbolSource.Loaded(), TimeProvider.System, BenchRun.Say);
            profiling.Begin();
            await Task.Delay(s_settled, run.Stop);
            long cpu = ProcFigures.CpuNs(Environment.ProcessId), began = Stopwatch.GetTimestamp();
            ratios.Add(await work.MakeAsync(run) / without);
            own.Add((ProcFigures.CpuNs(Environment.ProcessId) - cpu) / Stopwatch.GetElapsedTime(began).TotalSeconds / 1e9 * 100);
            memory.Add(Math.Max(0, ProcFigures.ResidentBytes(Environment.ProcessId) - resident));
        }
        return [name, $"×{ratios.Median:0.000}", Format.Number(own.Median), Format.MB(memory.Median)];
    }
}
