using System.Globalization;
using System.Text.RegularExpressions;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Scheduling.Runqlat;
using Huatuo.Tracers.Tests;

namespace Huatuo.Kernel.Tests.Oracles;

/// <summary>A container's waits for a CPU against those that <c>perf sched timehist</c> tells of its tasks one by one.</summary>
[Trait("kernels", "one")]
public sealed partial class PerfSchedKernelTests
{
    private const string Id = "9e2f5c4ed9e2f5c4ed9e2f5c4ed9e2f5c4ed9e2f5c4ed9e2f5c4ed9e2f5c4ed9";
    private const string Waited = $"huatuo_runqlat_container_wait_seconds_total{{container_id=\"{Id}\"}}";

    // Two that want a CPU all the time and one that sleeps in slices, on it as well. All of the container are known by their names.
    private const string Load = """
        name() { printf %s "huatuo-$1" > /proc/self/comm; }
        name load
        exec 9<> <(:)
        taskset -p -c 0 $$ > /dev/null
        echo $$ > "$1"
        for task in 1 2; do
            (name "rival-$task"; while [ $SECONDS -lt 3 ]; do :; done) &
        done
        (name sleeper; while [ $SECONDS -lt 3 ]; do read -r -t 0.02 <&9; done) &
        wait %1 %2 %3
        true
        """;

    // What cannot be told apart: a moment before and after.
    private const double Slack = 0.02;
    private const int Few = 2;

    [Theory]
    [InlineData(RunqlatRun.SchedInfo, 0.05)]
    // Virtual machines measure the frequency of the scheduler's clock, which perf reads, badly; this hook reads the other one.
    [InlineData(RunqlatRun.Wakeup, 0.3)]
    public async Task Waits_of_a_container_are_those_of_its_tasks(string hook, double clocks)
    {
        string folder = Directory.CreateTempSubdirectory("huatuo-test-").FullName;
        try
        {
            File.WriteAllText($"{folder}/load", Load);
            await using RunningTracer tracer = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions { Hook = hook });
            await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
            Command.Run("", "perf", "sched", "record", "-o", $"{folder}/data", "--", "bash", $"{folder}/load", cgroup.Processes);
            MetricPage page = tracer.Scrape();

            List<double> waits = Waits(Command.Run("", "perf", "sched", "timehist", "--state", "-i", $"{folder}/data"));
            string both = $"perf: {string.Join(' ', waits.Select(wait => $"{1000 * wait:0.0}"))} ms\n{page.Text}";
            Assert.True(waits.Count >= 100 && waits.Sum() > 2, both);
            Assert.True(page[Waited] >= waits.Sum() * (1 - clocks) - Slack && page[Waited] <= waits.Sum() * (1 + clocks) + Slack, both);
            // How many were at least so long; one that is about as long may be on either side.
            foreach ((double edge, string[] zones) in ((double, string[])[])[(0.01, ["10-20ms", "20-50ms", ">=50ms"]), (0.02, ["20-50ms", ">=50ms"]), (0.05, [">=50ms"])])
                Assert.InRange(zones.Sum(zone => page[Zone(zone)]), Longer(edge * (1 + clocks)) - Few, Longer(edge * (1 - clocks)) + Few);

            double Longer(double edge) => waits.Count(wait => wait >= edge);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Zone(string zone) => $"huatuo_runqlat_container_zone_total{{container_id=\"{Id}\",zone=\"{zone}\"}}";

    /// <summary>The waits in seconds: from the wake-up on, or, of a task that had been made to leave the CPU, from there on.</summary>
    private static List<double> Waits(string timehist)
    {
        List<double> waits = [];
        Dictionary<string, string> states = [];
        foreach (Match run in Run().Matches(timehist))
        {
            (string task, string state) = (run.Groups["task"].Value, run.Groups["state"].Value);
            string wait = states.GetValueOrDefault(task) == "R" ? "wait" : "delay";
            waits.Add(double.Parse(run.Groups[wait].ValueSpan, CultureInfo.InvariantCulture) / 1000);
            states[task] = state;
        }
        return waits;
    }

    // A line tells of a task that leaves its CPU: how long it had been away before it had it, and how it leaves.
    [GeneratedRegex(@"huatuo-[a-z0-9-]+\[(?<task>[0-9/]+)\] +(?<wait>[0-9.]+) +(?<delay>[0-9.]+) +[0-9.]+ +(?<state>\w)")]
    private static partial Regex Run();
}
