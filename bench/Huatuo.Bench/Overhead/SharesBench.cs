using Huatuo.Bench.Hits;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.Bench.Overhead;

/// <summary>What each tracer of the default set costs other programs when it alone runs, and what empty programs on its hooks do.</summary>
internal static class SharesBench
{
    // A twentieth of a hit for each unit: less is no hook of that load.
    private const double FewestHits = 0.05;

    private static readonly int s_cpu = Environment.ProcessorCount - 1;

    internal static async Task RunAsync(BenchRun run)
    {
        using DirectFile file = await DirectFile.WriteAsync(run);
        await using var flow = new FlowSite();
        StandardLoad[] loads = [.. StandardLoads.Of(run, file, s_cpu, run.Choose(0.5, 0.02)).Where(load => !load.Name.StartsWith("bulk", StringComparison.Ordinal))];
        Share[] shares = [.. await FindAsync(run, flow, loads)];
        int rounds = run.Choose(20, 2);
        for (int round = 0; round < rounds; round++)
        {
            BenchRun.Say($"shares: round {round + 1} of {rounds}");
            foreach (Share share in shares)
                await share.MeasureAsync(flow);
        }

        var report = new Report(run, "shares", "What each tracer costs");
        report.Text($"Every tracer of the default set whose hooks these loads hit, with its default options and alone, in the benchmark's own process. {rounds} rounds, in each every tracer, empty programs on the same "
            + "tracepoints, and nothing, one after the other. CPU time is that of the programs that make the load, pinned to one CPU. Medians; in brackets the first and the third quartile of what the tracer adds. "
            + "What empty programs take is the least that is possible with these hooks. `net_rx_latency` also makes the kernel stamp packets.");
        foreach (StandardLoad load in loads)
            if (shares.Where(share => share.Load == load).ToArray() is { Length: > 0 } rows)
                report.Table(char.ToUpperInvariant(load.Name[0]) + load.Name[1..], ["tracer", "hits", "CPU ns more", "CPU", "empty programs, CPU ns more", "CPU"], rows.Select(row => row.Row()));
        report.Save();
    }

    private static async Task<List<Share>> FindAsync(BenchRun run, FlowSite flow, StandardLoad[] loads)
    {
        using BpfStatistics statistics = BpfStatistics.TryEnable() ?? throw new BenchException("the kernel does not measure BPF programs (BPF_ENABLE_STATS, 5.8)");
        List<Share> found = [];
        foreach (TracerDefinition tracer in TracerCatalog.All.Where(tracer => tracer.Ladder.Count > 0 && Options(tracer).Enabled))
        {
            await using TracerRunner runner = await StartAsync(flow, tracer);
            if (runner.State != TracerState.Running)
            {
                BenchRun.Say($"shares: {tracer.Name} does not run here: {runner.LastError ?? runner.Missing?.Hint}");
                continue;
            }
            string[] hooks = [.. tracer.Ladder.First(rung => rung.Name == runner.Rung).Hooks.Select(hook => hook.Name)];
            foreach (StandardLoad load in loads)
            {
                double before = Hits(runner), units = (await load.Make()).Units;
                if ((Hits(runner) - before) / units is >= FewestHits and var hits)
                    found.Add(new Share(tracer, load, hooks, hits));
            }
        }
        return found;
    }

    private static double Hits(TracerRunner runner)
    {
        double hits = 0;
        runner.Inspect(loaded => hits = loaded.LoadedPrograms().Sum(program => (double)program.Statistics()!.Value.RunCount));
        return hits;
    }

    private static TracerOptions Options(TracerDefinition tracer) => (TracerOptions)tracer.Options.Bind(null, new Diagnostics());

    private static async Task<TracerRunner> StartAsync(FlowSite flow, TracerDefinition tracer)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        var runner = new TracerRunner(tracer, Options(tracer), new RuleSet(tracer.Name, []), flow.Environment([]));
        runner.Start(FlowSite.Kernel(btf), btf);
        await runner.Settled;
        return runner;
    }

    /// <summary>One tracer on one load.</summary>
    private sealed class Share(TracerDefinition tracer, StandardLoad load, string[] hooks, double hits)
    {
        private readonly Samples _alone = new(), _more = new(), _empty = new();

        internal StandardLoad Load => load;

        internal async Task MeasureAsync(FlowSite flow)
        {
            double alone = (await load.Make()).CpuNs, with;
            await using (await StartAsync(flow, tracer))
                with = (await load.Make()).CpuNs;
            EmptyHook?[] programs = [.. hooks.Select(EmptyHook.TryAttach)];
            try
            {
                _empty.Add((await load.Make()).CpuNs - alone);
            }
            finally
            {
                foreach (EmptyHook? program in programs)
                    program?.Dispose();
            }
            _alone.Add(alone);
            _more.Add(with - alone);
        }

        internal string[] Row() =>
        [
            tracer.Name, $"{hits:0.0}", $"{Format.Number(_more.Median)} ({Format.Number(_more.Percentile(25))} … {Format.Number(_more.Percentile(75))})",
            Ratio(_more), Format.Number(_empty.Median), Ratio(_empty),
        ];

        private string Ratio(Samples more) => $"×{1 + more.Median / _alone.Median:0.000}";
    }
}
