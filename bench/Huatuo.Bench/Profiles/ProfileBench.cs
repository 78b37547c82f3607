using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bench.Site;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Linux;
using Huatuo.Linux.Kallsyms;
using Huatuo.Profiling;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.Bench.Profiles;

/// <summary>What a profile of the whole machine costs the work on it, and this program; with and without in turns.</summary>
internal static class ProfileBench
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    internal static async Task RunAsync(BenchRun run)
    {
        string program = await NativeBuild.PingPongAsync(run);
        KernelSymbols symbols = KernelSymbols.Load();
        (string Name, Func<IProfiler> Start)[] profilers =
        [
            (OnCpuProfiler.Name, () => OnCpuProfiler.Start(new OnCpuOptions(), symbols, new OnlineCpus())),
            (OffCpuProfiler.Name, () => OffCpuProfiler.Start(new OffCpuOptions(), symbols, Kernel())),
        ];
        List<string[]> rows = [];
        foreach ((string name, Func<IProfiler> start) in profilers)
            rows.Add(await MeasureAsync(run, program, name, start));

        var report = new Report(run, "profile", "What profiles cost");
        report.Text("For each CPU two processes hand a byte to and fro and compute some 10 µs between, so that all CPUs are busy and tasks switch all the time. Their CPU time with a profile of "
            + "the whole machine (default rate, every wait from 1 ms) over that without, in turns, each with the one before it; medians. Beside it the CPU time of this program while it "
            + "profiles, its memory above what it had without, and what was lost.");
        report.Table("With over without", ["profiler", "CPU time of the work", "switches/s", "CPU of the profiler, % of a core", "memory above rest, MB", "samples/s", "lost"], rows);
        report.Save();
    }

    private static async Task<string[]> MeasureAsync(BenchRun run, string program, string name, Func<IProfiler> start)
    {
        Samples ratios = new(), own = new(), memory = new(), rate = new(), switches = new();
        ulong lost = 0;
        for (int round = 0; round < run.Choose(9, 1); round++)
        {
            BenchRun.Say($"profile: {name} {round + 1}");
            double without = await WorkAsync(run, program);
            GC.Collect();
            long resident = ProcFigures.ResidentBytes(Environment.ProcessId), cpu = ProcFigures.CpuNs(Environment.ProcessId), began = Stopwatch.GetTimestamp();
            long switched = Switches();
            using IProfiler profiler = start();
            Task<double> work = WorkAsync(run, program);
            while (await Task.WhenAny(work, Task.Delay(s_interval, run.Stop)) != work)
                profiler.Take();
            profiler.Stop();
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            ratios.Add(await work / without);
            own.Add((ProcFigures.CpuNs(Environment.ProcessId) - cpu) / seconds / 1e9 * 100);
            memory.Add(Math.Max(0, ProcFigures.ResidentBytes(Environment.ProcessId) - resident));
            rate.Add(profiler.Profile.Kernel.Sampled / seconds);
            switches.Add((Switches() - switched) / seconds);
            lost += profiler.Profile.Kernel.Lost + (ulong)profiler.Profile.Dropped;
        }
        return [name, $"×{ratios.Median:0.000}", Format.Number(switches.Median), Format.Number(own.Median), Format.MB(memory.Median), Format.Number(rate.Median), lost.ToString(CultureInfo.InvariantCulture)];
    }

    /// <summary>Runs a pair of processes for each CPU.</summary>
    /// <returns>The CPU time of all, in nanoseconds.</returns>
    private static async Task<double> WorkAsync(BenchRun run, string program)
    {
        string rounds = run.Choose(100_000, 10_000).ToString(CultureInfo.InvariantCulture);
        Process[] pairs = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Command.Start(program, rounds))];
        double sum = 0;
        foreach (Process pair in pairs)
        {
            sum += double.Parse(await pair.StandardOutput.ReadToEndAsync(run.Stop), CultureInfo.InvariantCulture);
            await pair.WaitForExitAsync(run.Stop);
            pair.Dispose();
        }
        return sum;
    }

    private static long Switches() => long.Parse(File.ReadLines("/proc/stat").Single(line => line.StartsWith("ctxt ", StringComparison.Ordinal)).AsSpan(5), CultureInfo.InvariantCulture);

    private static KernelFeatures Kernel()
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        return KernelFeatures.Probe(release, btf);
    }
}
