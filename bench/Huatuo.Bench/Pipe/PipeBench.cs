using Huatuo.Bench.Hits;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.Bench.Pipe;

/// <summary>What runqlat costs where it costs most: two processes on one CPU that do nothing but wake each other.</summary>
internal static class PipeBench
{
    private const string Nothing = "nothing";

    internal static async Task RunAsync(BenchRun run)
    {
        TracerDefinition tracer = TracerCatalog.All.Single(tracer => tracer.Name == "runqlat");
        await using var flow = new FlowSite();
        (string Name, Func<Task<IAsyncDisposable>> Attach)[] modes =
        [
            (Nothing, () => Task.FromResult<IAsyncDisposable>(new Attached([]))),
            ("an empty program on `sched_switch`", () => Task.FromResult<IAsyncDisposable>(new Attached([EmptyHook.TryAttach("tp_btf/sched_switch")!]))),
            ("empty programs on `sched_switch` and `sched_wakeup`", () => Task.FromResult<IAsyncDisposable>(
                new Attached([EmptyHook.TryAttach("tp_btf/sched_switch")!, EmptyHook.TryAttach("tp_btf/sched_wakeup")!]))),
            .. tracer.Ladder.Select(rung => ($"runqlat, `{rung.Name}`", (Func<Task<IAsyncDisposable>>)(() => StartAsync(flow, tracer, rung.Name)))),
        ];
        var cpu = modes.ToDictionary(mode => mode.Name, _ => new Samples());
        var cpuRatio = modes.ToDictionary(mode => mode.Name, _ => new Samples());
        var wallRatio = modes.ToDictionary(mode => mode.Name, _ => new Samples());
        int rounds = run.Choose(25, 2);
        for (int round = 0; round < rounds; round++)
        {
            BenchRun.Say($"pipe: round {round + 1} of {rounds}");
            PipeTime? alone = null;
            foreach ((string name, Func<Task<IAsyncDisposable>> attach) in modes)
            {
                await using IAsyncDisposable attached = await attach();
                PipeTime time = await PipeTime.MeasureAsync(run.Choose(50_000, 20_000), Environment.ProcessorCount - 1, run.Stop);
                alone ??= time;
                cpu[name].Add(time.CpuNs);
                cpuRatio[name].Add(time.CpuNs / alone.Value.CpuNs);
                wallRatio[name].Add(time.WallNs / alone.Value.WallNs);
            }
        }

        var report = new Report(run, "pipe", "Context switches with runqlat");
        report.Text($"`perf bench sched pipe` pinned to one CPU: two processes that send each other a byte, two switches of tasks for each round trip. {rounds} rounds, in each "
            + "every mode once, one after the other. CPU time is that of both processes, which other load on the machine hardly changes; wall time is what perf tells. "
            + "Ratios are to nothing attached in the same round; medians.");
        report.Table("One round trip", ["attached", "CPU ns", "CPU", "wall"], modes.Select(mode =>
            new[] { mode.Name, Format.Number(cpu[mode.Name].Median), Format.Ratio(cpuRatio[mode.Name].Median), Format.Ratio(wallRatio[mode.Name].Median) }));
        report.Save();
    }

    private static async Task<IAsyncDisposable> StartAsync(FlowSite flow, TracerDefinition tracer, string hook)
    {
        var options = (TracerOptions)tracer.Options.Bind(null, new Diagnostics());
        (options.Enabled, options.Hook) = (true, hook);
        using KernelBtf? btf = KernelBtf.TryOpen();
        var runner = new TracerRunner(tracer, options, new RuleSet(tracer.Name, []), flow.Environment([]));
        runner.Start(FlowSite.Kernel(btf), btf);
        await runner.Settled;
        return runner.State == TracerState.Running
            ? runner
            : throw new BenchException($"{tracer.Name} does not run here: {runner.LastError ?? runner.Missing?.Hint}");
    }

    private sealed class Attached(IReadOnlyList<EmptyHook> hooks) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            foreach (EmptyHook hook in hooks)
                hook.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
