using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Enrich;
using Huatuo.Profiling;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Bench.Profiles;

/// <summary>What a profile of the whole machine costs the work on it, and this program; with and without in turns.</summary>
internal static class ProfileBench
{
    internal static async Task RunAsync(BenchRun run)
    {
        var switching = new ProfiledWork(await NativeBuild.PingPongAsync(run), run.Choose(100_000, 10_000));
        var eventful = new ProfiledWork(await NativeBuild.EventfulAsync(run), run.Choose(10_000, 1_000));
        var symbols = SymbolSource.Loaded();
        using var unwinder = new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, TimeProvider.System);
        MeasuredProfiler byPointers = MeasuredProfiler.All(symbols, null)[0];
        List<string[]> rows = [];
        foreach (MeasuredProfiler profiler in (MeasuredProfiler[])[.. MeasuredProfiler.All(symbols, unwinder), byPointers with { Name = byPointers.Name + " --unwind fp" }])
            rows.Add(await MeasureAsync(run, profiler.Sees is SeenWork.Compute or SeenWork.Switch ? switching : eventful, profiler));

        var report = new Report(run, "profile", "What profiles cost");
        report.Text("For each CPU two processes hand a byte to and fro and compute some 10 µs between, so that all CPUs are busy and tasks switch all the time; for the profilers of events, two "
            + "threads take 64 pages and give them back, write and read 16 KiB of a file in memory, and compute some 10 µs under a mutex that they share. Their CPU time with a profile of "
            + "the whole machine (default rate, every wait from 1 ms, stacks by tables unless said) over that without, in turns, each with the one before it; medians. Beside it the CPU time of this program while it "
            + "profiles, its memory above what it had without, and what was lost.");
        report.Table("With over without", ["profiler", "CPU time of the work", "switches/s", "CPU of the profiler, % of a core", "memory above rest, MB", "samples/s", "lost"], rows);
        report.Save();
    }

    private static async Task<string[]> MeasureAsync(BenchRun run, ProfiledWork work, MeasuredProfiler measured)
    {
        Samples ratios = new(), own = new(), memory = new(), rate = new(), switches = new();
        ulong lost = 0;
        for (int round = 0; round < run.Choose(9, 1); round++)
        {
            BenchRun.Say($"profile: {measured.Name} {round + 1}");
            double without = await work.MakeAsync(run);
            GC.Collect();
            long resident = ProcFigures.ResidentBytes(Environment.ProcessId), cpu = ProcFigures.CpuNs(Environment.ProcessId), began = Stopwatch.GetTimestamp();
            long switched = Switches();
            using IProfiler profiler = measured.Start();
            double with = await work.MakeAsync(run, profiler);
            profiler.Stop();
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            ratios.Add(with / without);
            own.Add((ProcFigures.CpuNs(Environment.ProcessId) - cpu) / seconds / 1e9 * 100);
            memory.Add(Math.Max(0, ProcFigures.ResidentBytes(Environment.ProcessId) - resident));
            rate.Add(profiler.Profile.Kernel.Sampled / seconds);
            switches.Add((Switches() - switched) / seconds);
            lost += profiler.Profile.Kernel.Lost + (ulong)profiler.Profile.Dropped;
        }
        return [measured.Name, $"×{ratios.Median:0.000}", Format.Number(switches.Median), Format.Number(own.Median), Format.MB(memory.Median), Format.Number(rate.Median), lost.ToString(CultureInfo.InvariantCulture)];
    }

    private static long Switches() => long.Parse(File.ReadLines("/proc/stat").Single(line => line.StartsWith("ctxt ", StringComparison.Ordinal)).AsSpan(5), CultureInfo.InvariantCulture);
}
