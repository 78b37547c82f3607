using System.Runtime.InteropServices;
using Huatuo.Bench;
using Huatuo.Bench.Cgroups;
using Huatuo.Bench.Containers;
using Huatuo.Bench.Events;
using Huatuo.Bench.Faults;
using Huatuo.Bench.Flood;
using Huatuo.Bench.Hits;
using Huatuo.Bench.Latency;
using Huatuo.Bench.Lines;
using Huatuo.Bench.Overhead;
using Huatuo.Bench.Pipe;
using Huatuo.Bench.Probe;
using Huatuo.Bench.Profiles;
using Huatuo.Bench.Rings;
using Huatuo.Bench.Scrapes;
using Huatuo.Bench.Soak;
using Huatuo.Bench.Spool;
using Huatuo.Bench.Start;

Dictionary<string, Func<BenchRun, Task>> benchmarks = new()
{
    ["rings"] = RingsBench.RunAsync,
    ["lines"] = LinesBench.RunAsync,
    ["events"] = EventsBench.RunAsync,
    ["spool"] = SpoolBench.RunAsync,
    ["latency"] = LatencyBench.RunAsync,
    ["start"] = StartBench.RunAsync,
    ["probe"] = ProbeBench.RunAsync,
    ["hits"] = HitsBench.RunAsync,
    ["pipe"] = PipeBench.RunAsync,
    ["overhead"] = OverheadBench.RunAsync,
    ["shares"] = SharesBench.RunAsync,
    ["cgroups"] = CgroupsBench.RunAsync,
    ["flood"] = FloodBench.RunAsync,
    ["scrape"] = ScrapeBench.RunAsync,
    ["profile"] = ProfileBench.RunAsync,
    ["profilers"] = ProfilersBench.RunAsync,
    ["continuous"] = ContinuousBench.RunAsync,
    ["unwind"] = UnwindBench.RunAsync,
    ["containers"] = ContainersBench.RunAsync,
};

string[] words = [.. args.Where(arg => arg != "--quick")];
string chosen = words.Length == 0 ? "all" : words[0];
if (words.Length > 1 || (chosen is not ("all" or "soak" or "quiet" or "faults") && !benchmarks.ContainsKey(chosen)))
{
    Console.Error.WriteLine($"usage: Huatuo.Bench [{string.Join('|', benchmarks.Keys)}|soak|quiet|faults|all] [--quick]");
    return 2;
}

using var stop = new CancellationTokenSource();
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

var run = new BenchRun(args.Contains("--quick"), stop.Token);
try
{
    run.Prepare();
    if (chosen == "soak")
    {
        await QuietBench.RunAsync(run);
        await SoakBench.RunAsync(run);
        await FaultsBench.RunAsync(run);
    }
    else if (chosen == "quiet")
        await QuietBench.RunAsync(run);
    else if (chosen == "faults")
        await FaultsBench.RunAsync(run);
    else
        foreach ((string name, Func<BenchRun, Task> benchmark) in benchmarks)
            if (chosen == "all" || chosen == name)
                await benchmark(run);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("stopped");
    return 130;
}
catch (BenchException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
