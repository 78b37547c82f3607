using System.Diagnostics;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.Bench.Hits;

/// <summary>Time in every tracer's programs per hit under an ordinary busy load, and the kernel memory that they take.</summary>
internal static class HitsBench
{
    internal static async Task RunAsync(BenchRun run)
    {
        using BpfStatistics statistics = BpfStatistics.TryEnable() ?? throw new BenchException("the kernel does not measure BPF programs (BPF_ENABLE_STATS, 5.8)");
        await using var flow = new FlowSite();
        Dictionary<(string, string), HookFigures> hooks = [];
        Dictionary<string, string[]> memory = [];
        for (int round = 0; round < run.Choose(3, 1); round++)
            foreach (TracerDefinition tracer in TracerCatalog.All)
            {
                BenchRun.Say($"hits: {tracer.Name}");
                await MeasureAsync(run, flow, tracer, hooks, memory);
            }

        var report = new Report(run, "hits", "BPF time per hit of every tracer");
        report.Text("`run_time_ns / run_cnt` of each tracer's programs with its default options (those that are off by default switched on), one tracer at a time, "
            + "while TCP and UDP go over the loopback device, files are opened, processes start and end, and a memory cgroup reclaims. Medians; `-` means that "
            + "the load does not hit it. The kernel's measurement is part of every figure; the empty program on the same hook, in the same runs, shows how much.");
        report.Table("Nanoseconds per hit", ["tracer", "hook", "hits/s", "ns per hit", "empty program, ns", "% of one core"], hooks.Values.Select(hook => hook.Row()));
        report.Table("Kernel memory of programs and maps", ["tracer", "kB"], memory.Values);
        report.Save();
    }

    private static async Task MeasureAsync(
        BenchRun run, FlowSite flow, TracerDefinition tracer, Dictionary<(string, string), HookFigures> figures, Dictionary<string, string[]> memory)
    {
        var options = (TracerOptions)tracer.Options.Bind(null, new Diagnostics());
        options.Enabled = true;
        using KernelBtf? btf = KernelBtf.TryOpen();
        await using var runner = new TracerRunner(tracer, options, new RuleSet(tracer.Name, []), flow.Environment([]));
        runner.Start(FlowSite.Kernel(btf), btf);
        await runner.Settled;
        if (runner.State != TracerState.Running)
        {
            BenchRun.Say($"hits: {tracer.Name} does not run here: {runner.LastError ?? runner.Missing?.Hint}");
            return;
        }
        IReadOnlyList<Hook> hooks = tracer.Ladder.First(rung => rung.Name == runner.Rung).Hooks;
        Dictionary<string, EmptyHook?> empty = hooks.Select(hook => hook.Name).Distinct().ToDictionary(name => name, EmptyHook.TryAttach);
        try
        {
            Dictionary<string, BpfProgramStatistics> before = Statistics(runner);
            Dictionary<string, BpfProgramStatistics?> emptyBefore = empty.ToDictionary(pair => pair.Key, pair => pair.Value?.Statistics);
            long started = Stopwatch.GetTimestamp();
            await BusyLoad.RunAsync(TimeSpan.FromSeconds(run.Choose(5, 1)), run.Stop);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            Dictionary<string, BpfProgramStatistics> after = Statistics(runner);
            foreach (Hook hook in hooks.Where(hook => after.ContainsKey(hook.Program)))
            {
                if (!figures.TryGetValue((tracer.Name, hook.Program), out HookFigures? cell))
                    figures[(tracer.Name, hook.Program)] = cell = new HookFigures(tracer.Name, hook.Name);
                double emptyNs = emptyBefore[hook.Name] is { } first ? HookFigures.PerHit(first, empty[hook.Name]!.Statistics) : double.NaN;
                cell.Add(before[hook.Program], after[hook.Program], emptyNs, elapsed);
            }
            memory[tracer.Name] = [tracer.Name, Format.Number(KernelMemory(runner) / 1e3)];
        }
        finally
        {
            foreach (EmptyHook? hook in empty.Values)
                hook?.Dispose();
        }
    }

    private static Dictionary<string, BpfProgramStatistics> Statistics(TracerRunner runner)
    {
        Dictionary<string, BpfProgramStatistics> read = [];
        runner.Inspect(loaded => read = loaded.LoadedPrograms().ToDictionary(program => program.Name, program => program.Statistics()!.Value));
        return read;
    }

    private static long KernelMemory(TracerRunner runner)
    {
        long bytes = 0;
        runner.Inspect(loaded => bytes = loaded.LoadedPrograms().Select(program => program.Fd).Concat(loaded.LoadedMaps().Select(map => map.Fd)).Sum(ProcFigures.LockedBytes));
        return bytes;
    }
}
