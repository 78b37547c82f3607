using System.Diagnostics;
using System.Globalization;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.Runqlat;

/// <summary>Two processes of a container that want the same CPU all the time, against the kernel's own figures of them.</summary>
public sealed class RunqlatKernelTests
{
    private const string Id = "5a1ac0de5a1ac0de5a1ac0de5a1ac0de5a1ac0de5a1ac0de5a1ac0de5a1ac0de";
    private const string Container = $"{{container_id=\"{Id}\"}}";
    private const string Waited = "huatuo_runqlat_container_wait_seconds_total" + Container;
    private const double Enough = 2;

    // What the tracer counts a moment before the kernel does, and on an older clock reading. An emulated CPU may stand still in that moment,
    // and then it is one long wait.
    private const double Slack = 0.25;
    private const int Few = 3;

    // The scheduler's clock, and that of the second rung: virtual machines measure the frequency of the first badly.
    private const double SameClock = 0.05, OtherClock = 0.3;

    private static readonly int s_cpu = Environment.ProcessorCount - 1;

    [Theory]
    [InlineData(RunqlatRun.SchedInfo)]
    [InlineData(RunqlatRun.Wakeup)]
    public async Task Waits_and_switches_are_those_that_the_kernel_accounts(string hook)
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions { Hook = hook });
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        Process[] rivals = [Rival(cgroup), Rival(cgroup), Sleeper(cgroup)];
        await tracer.UntilAsync(page => page[Waited] > 0 && rivals.All(IsLooping) && Switches(page, "voluntary") > 0, "waits of the container");

        // Each reading lies between two of the kernel's.
        Account first = Account.Of(rivals);
        MetricPage begin = tracer.Scrape();
        Account second = Account.Of(rivals);
        await tracer.UntilAsync(page => page[Waited] > begin[Waited] + Enough && Switches(page, "voluntary") > Switches(begin, "voluntary") + 3, "two seconds of waiting");
        Account third = Account.Of(rivals);
        MetricPage end = tracer.Scrape();
        Account fourth = Account.Of(rivals);

        double clocks = hook == RunqlatRun.SchedInfo ? SameClock : OtherClock;
        Assert.InRange(end[Waited] - begin[Waited], (third.Waited - second.Waited) * (1 - clocks) - Slack, (fourth.Waited - first.Waited) * (1 + clocks) + Slack);
        Assert.InRange(Switches(end, "involuntary") - Switches(begin, "involuntary"), third.Involuntary - second.Involuntary - Few, fourth.Involuntary - first.Involuntary + Few);
        Assert.InRange(Switches(end, "voluntary") - Switches(begin, "voluntary"), third.Voluntary - second.Voluntary - Few, fourth.Voluntary - first.Voluntary + Few);
        Assert.InRange(Zones(end, "_container_zone_total", $"container_id=\"{Id}\",") - Zones(begin, "_container_zone_total", $"container_id=\"{Id}\","), 1, fourth.Runs - first.Runs + Few);

        // The host's waits are at least those, and the histogram has each.
        Assert.True(end["huatuo_runqlat_seconds_sum"] - begin["huatuo_runqlat_seconds_sum"] >= (end[Waited] - begin[Waited]) * 0.99);
        await tracer.UntilAsync(page => page["huatuo_runqlat_seconds_count"] == Zones(page, "_zone_total", ""), "as many waits in the histogram as in the zones");
        Assert.True(end["huatuo_runqlat_switches_total{kind=\"voluntary\"}"] > 0);
    }

    [Fact]
    public async Task Both_rungs_tell_the_same_of_the_same_load()
    {
        await using RunningTracer kept = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions { Hook = RunqlatRun.SchedInfo });
        await using RunningTracer timed = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions { Hook = RunqlatRun.Wakeup });
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        Rival(cgroup);
        Rival(cgroup);
        await timed.UntilAsync(page => page[Waited] > 0, "waits of the container");

        MetricPage first = kept.Scrape(), begin = timed.Scrape(), second = kept.Scrape();
        await timed.UntilAsync(page => page[Waited] > begin[Waited] + Enough, "two seconds of waiting");
        MetricPage third = kept.Scrape(), end = timed.Scrape(), fourth = kept.Scrape();

        Assert.InRange(end[Waited] - begin[Waited], (third[Waited] - second[Waited]) * (1 - OtherClock) - Slack, (fourth[Waited] - first[Waited]) * (1 + OtherClock) + Slack);
        Assert.InRange(
            Zones(end, "_container_zone_total", $"container_id=\"{Id}\",") - Zones(begin, "_container_zone_total", $"container_id=\"{Id}\","),
            Zones(third, "_container_zone_total", $"container_id=\"{Id}\",") - Zones(second, "_container_zone_total", $"container_id=\"{Id}\",") - Few,
            Zones(fourth, "_container_zone_total", $"container_id=\"{Id}\",") - Zones(first, "_container_zone_total", $"container_id=\"{Id}\",") + Few);
    }

    [Fact]
    public async Task A_container_that_is_gone_is_told_no_more()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions());
        await using (var cgroup = new MemoryCgroup("docker-" + Id + ".scope"))
        {
            Rival(cgroup);
            await tracer.UntilAsync(page => page[Waited] > 0, "waits of the container");
        }
        Assert.DoesNotContain(Id, tracer.Scrape().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cgroups_without_room_are_counted_together()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions { MaxCgroups = 1 });
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        await using var another = new MemoryCgroup();
        Rival(cgroup);
        Rival(another);
        await tracer.UntilAsync(page => page["huatuo_runqlat_container_wait_seconds_total{container_id=\"other\"}"] > 0, "waits of other cgroups");
    }

    private static Process Rival(MemoryCgroup cgroup) =>
        cgroup.Start(string.Create(CultureInfo.InvariantCulture, $"exec taskset -c {s_cpu} bash -c 'while :; do :; done'"));

    /// <summary>Waits for input that never comes, in slices.</summary>
    private static Process Sleeper(MemoryCgroup cgroup) =>
        cgroup.Start(string.Create(CultureInfo.InvariantCulture, $"exec taskset -c {s_cpu} bash -c 'while :; do read -r -t 0.02; done'"));

    /// <summary>Whether a process has become what it is to be: one alone, in its cgroup, on its CPU.</summary>
    private static bool IsLooping(Process process) => File.ReadAllText($"/proc/{process.Id}/cmdline").Contains("\0while", StringComparison.Ordinal);

    private static double Switches(MetricPage page, string kind) => page[$"huatuo_runqlat_container_switches_total{{container_id=\"{Id}\",kind=\"{kind}\"}}"];

    private static double Zones(MetricPage page, string family, string labels) => page.Samples
        .Where(sample => sample.Key.StartsWith($"huatuo_runqlat{family}{{{labels}zone=", StringComparison.Ordinal)).Sum(sample => sample.Value);

    /// <summary>What the kernel accounts for tasks: the time they waited in seconds, how often they got a CPU, and how often they left it.</summary>
    private readonly record struct Account(double Waited, double Runs, double Voluntary, double Involuntary)
    {
        internal static Account Of(params IReadOnlyList<Process> processes)
        {
            var sum = new Account();
            foreach (Process process in processes)
            {
                string[] schedstat = File.ReadAllText($"/proc/{process.Id}/schedstat").Split(' ');
                string[] status = File.ReadAllLines($"/proc/{process.Id}/status");
                sum = new Account(
                    sum.Waited + Number(schedstat[1]) / 1e9, sum.Runs + Number(schedstat[2]),
                    sum.Voluntary + Number(Field("voluntary_ctxt_switches:")), sum.Involuntary + Number(Field("nonvoluntary_ctxt_switches:")));

                string Field(string name) => status.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':')[1];
            }
            return sum;
        }

        private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }
}
