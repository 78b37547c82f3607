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

if (args is [BulkReceiver.Verb, var port])
    return await BulkReceiver.ServeAsync(port);

Dictionary<string, Func<BenchRun, Task>> benchmarks = new()
{
    ["rings"] = RingsBench.RunAsync,
    ["lines"] = LinesBench.RunAsync,
    ["events"] = EventsBench.RunAsync,
    ["spool"] = SpoolBench.RunAsync,
    ["remote"] = RemoteBench.RunAsync,
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
    ["profilers"] = ProfilersBench.RunAsync,
    ["continuous"] = ContinuousBench.RunAsync,
    ["continuous-build"] = ContinuousBench.RunBesideBuildAsync,
    ["unwind"] = UnwindBench.RunAsync,
    ["symbols"] = SymbolsBench.RunAsync,
    ["containers"] = ContainersBench.RunAsync,
};

// What takes too long to be measured with all the others.
Dictionary<string, Func<BenchRun, Task>> longer = new()
{
    ["quiet"] = QuietBench.RunAsync,
    ["soak"] = SoakBench.RunAsync,
    ["faults"] = FaultsBench.RunAsync,
};

string[] words = [.. args.Where(arg => arg != "--quick")];
Func<BenchRun, Task>[] chosen = words.Length == 0
    ? [.. benchmarks.Values]
    : [.. words.Select(word => benchmarks.GetValueOrDefault(word) ?? longer.GetValueOrDefault(word)).OfType<Func<BenchRun, Task>>()];
if (chosen.Length < words.Length)
{
    Console.Error.WriteLine($"usage: Huatuo.Bench [{string.Join('|', benchmarks.Keys.Concat(longer.Keys))}]... [--quick]");
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
    foreach (Func<BenchRun, Task> benchmark in chosen)
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
