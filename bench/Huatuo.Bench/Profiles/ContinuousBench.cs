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
            rows.Add(await MeasureAsync(run, work, new ContinuousOptions { Enabled = true, Profilers = kinds }, string.Join(", ", kinds.Select(ContinuousStart.Name))));
        foreach (ContinuousKind kind in (ContinuousKind[])[ContinuousKind.OnCpu, ContinuousKind.OffCpu])
            rows.Add(await MeasureAsync(run, work, new ContinuousOptions { Enabled = true, Profilers = [kind], CpuBudget = 100 }, ContinuousStart.Name(kind) + ", cpu_budget 100"));
        (string builder, string source) = await NativeBuild.BuildingAsync(run);
        var building = new ProfiledWork(builder, run.Choose(80, 4), source, run.Scratch);
        List<string[]> beside = [];
        foreach (ContinuousKind kind in (ContinuousKind[])[ContinuousKind.OnCpu, ContinuousKind.OffCpu])
            beside.Add(await MeasureAsync(run, building, new ContinuousOptions { Enabled = true, Profilers = [kind] }, ContinuousStart.Name(kind)));

        var report = new Report(run, "continuous", "What continuous profiles cost");
        report.Text("For each CPU two threads take 64 pages and give them back, write and read 16 KiB of a file in memory, and compute some 10 µs under a mutex that they share. Their CPU time "
            + "while profiles of the whole machine are taken, named and written as documents, with the defaults of `profiling` and its budget, over that without, in turns; medians. Beside it the CPU time of this program "
            + "meanwhile, and its memory above what it had without. To keep the budget of 1 % of the machine a profiler samples less; the last rows are without one, so that the rates are those that are configured. Samples are of the whole "
            + "machine, lost those without room, in all rounds.");
        string[] head = ["profiling.profilers", "CPU time of the work", "target", "CPU of the profiler, % of a core", "target", "memory above rest, MB", "target", "samples/s", "lost", "rate lowered, times"];
        report.Table("With over without", head, rows);
        report.Text("The same beside compilers on each CPU, each of which lives for some 45 ms.");
        report.Table("Beside a build", head, beside);
        report.Save();
    }

    private static async Task<string[]> MeasureAsync(BenchRun run, ProfiledWork work, ContinuousOptions options, string name)
    {
        Samples ratios = new(), own = new(), memory = new(), rate = new(), lowered = new();
        double lost = 0;
        for (int round = 0; round < run.Choose(9, 1); round++)
        {
            BenchRun.Say($"continuous: {name} {round + 1}");
            double without = await work.MakeAsync(run);
            GC.Collect();
            long resident = ProcFigures.ResidentBytes(Environment.ProcessId);
            var clock = new KernelClock();
            var output = new DocumentOutput(ProfileDocuments.Name, ProfileDocuments.Type, new Origin("bench", ""), clock, []);
            using var profiling = new ContinuousProfiling(
                options, new ProfileDocuments(output, clock, TimeProvider.System), _ => null, SymbolSource.Loaded(), TimeProvider.System, BenchRun.Say);
            profiling.Begin();
            await Task.Delay(s_settled, run.Stop);
            long cpu = ProcFigures.CpuNs(Environment.ProcessId), began = Stopwatch.GetTimestamp();
            double sampled = SummedMetrics.Of(profiling.Metrics)["huatuo_profiling_samples_total"];
            ratios.Add(await work.MakeAsync(run) / without);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            own.Add((ProcFigures.CpuNs(Environment.ProcessId) - cpu) / seconds / 1e9 * 100);
            SummedMetrics after = SummedMetrics.Of(profiling.Metrics);
            rate.Add((after["huatuo_profiling_samples_total"] - sampled) / seconds);
            lowered.Add(after["huatuo_profiling_lowered_total"]);
            lost += after["huatuo_profiling_lost_total"] + after["huatuo_profiling_dropped_total"];
            memory.Add(Math.Max(0, ProcFigures.ResidentBytes(Environment.ProcessId) - resident));
        }
        string target = options.Profilers is [ContinuousKind.OnCpu] ? "×1.01" : options.Profilers is [ContinuousKind.OffCpu] ? "×1.02" : "";
        return
        [
            name, $"×{ratios.Median:0.000} ({ratios.Percentile(10):0.000} … {ratios.Percentile(90):0.000})", target, Format.Number(own.Median), "3", Format.MB(memory.Median), "60",
            Format.Number(rate.Median), Format.Number(lost), Format.Number(lowered.Median),
        ];
    }
}
