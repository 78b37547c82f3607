using System.Diagnostics;
using System.Text.Json;
using Huatuo.AutoTracing.AutotracePsi;
using Huatuo.AutoTracing.AutotraceRunqlat;
using Huatuo.AutoTracing.AutotraceSoftirq;
using Huatuo.Flow.Ledger;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Scheduling.Runqlat;

namespace Huatuo.AutoTracing;

/// <summary>
/// What is unusual, by the levels, the ratio and the cool-down that hold unless said, only looked at more often: nothing of an idle machine, one
/// picture of a cause that comes and stays, none when it comes again, and one of a cause that was there before.
/// </summary>
[Trait("kernels", "all")]
public sealed class JumpThresholdsKernelTests
{
    // Half of it is more than all of the time.
    private const double Never = 201;
    private const int Looks = 60, Calm = 8, Apart = 3;
    private const string Came = "jump|moment", Stayed = "level";
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Busy_threads_on_few_CPUs_are_told_once()
    {
        DisposableMachine.Require();
        await using CompiledProgram program = Spinner(perCpu: 4);
        await EpisodesAsync(
            station => new AutotracePsiTracer(station), Pressure(memory: Never, io: Never), () => program.StartAsync("nice", "-n", "19"),
            (expected, reason) => OfPressure(expected, reason, "cpu", 80, "spin_around"));
    }

    [Fact]
    public async Task A_process_that_wants_more_memory_than_its_cgroup_has_is_told_once()
    {
        DisposableMachine.Require();
        using var swap = new CompressedSwap();
        await using var cgroup = new MemoryCgroup();
        cgroup.Limit("16M");
        await using CompiledProgram program = Thrasher();
        await EpisodesAsync(
            station => new AutotracePsiTracer(station), Pressure(cpu: Never, io: Never), () => program.StartAsync(cgroup),
            (expected, reason) => OfPressure(expected, reason, "memory", 20, "thrash"));
    }

    [Fact]
    public async Task A_disk_with_more_to_write_than_it_can_is_told_once()
    {
        DisposableMachine.Require();
        using var disk = new LoopDisk();
        await using CompiledProgram program = ThresholdsKernelTests.Writer(disk.Folder);
        await EpisodesAsync(
            station => new AutotracePsiTracer(station), Pressure(cpu: Never, memory: Never), () => program.StartAsync(),
            (expected, reason) => OfPressure(expected, reason, "io", 50, "writes").Holds("tracer_data.stack", "who waits", stack => stack.Contains("writes pid=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Tens_of_busy_threads_for_each_CPU_are_told_once()
    {
        DisposableMachine.Require();
        await using CompiledProgram program = Spinner(perCpu: 20);
        await using RunningTracer runqlat = await RunningTracer.StartAsync(new RunqlatTracer(), new RunqlatOptions());
        await EpisodesAsync(
            station => new AutotraceRunqlatTracer(station), new AutotraceRunqlatOptions { Interval = s_second, CaptureTime = s_second }, () => program.StartAsync("nice", "-n", "19"),
            (expected, reason) => OfValue(expected, reason, "wait_us", 10_000)
                .Matches("tracer_data.waits", @"[1-9]\d*")
                .Holds("tracer_data.wait_us_longest", "more than the level", wait => double.Parse(wait) > 10_000)
                .Holds("tracer_data.flamedata", "who had the CPUs", rows => rows.Contains("\"spin_around\"", StringComparison.Ordinal)),
            runqlat);
    }

    [Fact]
    public async Task A_CPU_that_takes_all_packets_is_told_once()
    {
        DisposableMachine.Require();
        const int cpu = 0;
        await using TestNetwork network = await TestNetwork.CreateAsync();
        using var urgent = new UrgentSoftirqs(cpu);
        await network.RulesAsync(Rules(400));
        network.Right.SteerPackets(cpu);
        await using CompiledProgram program = Sender(network.Right.Ipv4);
        await EpisodesAsync(
            station => new AutotraceSoftirqTracer(station), new AutotraceSoftirqOptions { Interval = s_second, CaptureTime = s_second },
            () => program.StartAsync("ip", "netns", "exec", network.Left.Name, "taskset", "-c", "1"),
            (expected, reason) => OfValue(expected, reason, "softirq_percent", 60, 100)
                .Is("tracer_data.cpu", cpu)
                .Holds("tracer_data.flamedata", "what takes packets", rows => rows.Contains("\"process_backlog\"", StringComparison.Ordinal)));
    }

    private static async Task EpisodesAsync(
        Func<AutoTraceStation, AutoTracerDefinition> make, HistoryOptions options, Func<Task<Process>> cause, Func<ExpectedDocument, string, ExpectedDocument> expected, RunningTracer? beside = null)
    {
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using (CountedLooks looks = await CountedLooks.StartAsync(make, options, beside))
        {
            await looks.QuietAsync();
            Process process = await cause();
            Check(await looks.Tracer.Sink.WaitAsync(_ => true, looks.Definition.Name), Came);
            // Until it is usual, each look sees a jump, which the cool-down leaves out.
            await CalmAsync(looks);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await looks.PassAsync(Apart);
            long left = looks.Tracer.Ledger.Suppressed(SuppressReason.Cooldown);
            await cause();
            await looks.UntilAsync(() => looks.Tracer.Ledger.Suppressed(SuppressReason.Cooldown) > left, Looks, "its cause did not come again");
            await CalmAsync(looks);
            await looks.OneAsync();
        }
        await using (CountedLooks looks = await CountedLooks.StartAsync(make, options, beside))
        {
            Check(await looks.Tracer.Sink.WaitAsync(_ => true, looks.Definition.Name), Stayed);
            await CalmAsync(looks);
            await looks.OneAsync();
        }

        void Check(JsonElement document, string reason)
        {
            var common = new ExpectedDocument()
                .Envelope(document, document.GetProperty("tracer_name").GetString()!, before, TimeProvider.System.GetUtcNow())
                .Is("tracer_type", "autotracing")
                .Matches("tracer_data.reason", reason)
                .Holds("tracer_data.capture.duration_ns", "a second or more", time => long.Parse(time) >= 1_000_000_000)
                .Matches("tracer_data.capture.samples", @"[1-9]\d*")
                .Is("tracer_data.capture.lost", 0)
                .Matches("tracer_data.capture.omitted", @"\d+");
            expected(common, reason).Check(document);
        }
    }

    // Returns when nothing was seen at some looks in succession.
    private static async Task CalmAsync(CountedLooks looks)
    {
        (long hits, int calm) = (looks.Definition.Counts.Triggers, -1);
        await looks.UntilAsync(
            () =>
            {
                long now = looks.Definition.Counts.Triggers;
                (hits, calm) = (now, now == hits ? calm + 1 : 0);
                return calm == Calm;
            },
            Looks, "it is told again and again");
    }

    // At its level unless said; what else the cause brings with it would have pictures of its own.
    private static AutotracePsiOptions Pressure(double? cpu = null, double? memory = null, double? io = null)
    {
        var options = new AutotracePsiOptions { Interval = s_second, CaptureTime = s_second };
        (options.CpuLevel, options.MemoryLevel, options.IoLevel) = (cpu ?? options.CpuLevel, memory ?? options.MemoryLevel, io ?? options.IoLevel);
        return options;
    }

    private static ExpectedDocument OfPressure(ExpectedDocument expected, string reason, string resource, int level, string culprit) =>
        OfValue(expected, reason, "pressure_percent", level, 100)
            .Is("tracer_data.resource", resource)
            .Holds("tracer_data.stack", "stacks", _ => true)
            .Holds("tracer_data.top_memory_usage", "ten processes", processes => JsonDocument.Parse(processes).RootElement.GetArrayLength() == 10)
            .Holds("tracer_data.flamedata", $"{culprit} in it", rows => rows.Contains($"\"{culprit}\"", StringComparison.Ordinal));

    // What comes is far above the usual, and maybe only for the end of the time between two looks; what stays is above the level.
    private static ExpectedDocument OfValue(ExpectedDocument expected, string reason, string field, int level, double most = double.MaxValue)
    {
        double usual = double.NaN;
        return expected
            .Holds($"tracer_data.{field}_usual", "a value before", value => (usual = double.Parse(value)) >= 0)
            .Holds($"tracer_data.{field}", reason, value => double.Parse(value) is var found && found <= most && (reason == Came ? found > level / 2.0 && found > usual * 3 : found > level))
            .Is($"tracer_data.{field}_level", level);
    }

    // On each CPU, where they stay: who balances loads moves all of them to one where they are of little weight.
    private static CompiledProgram Spinner(int perCpu) => new("spins", $$"""
        #define _GNU_SOURCE
        #include <pthread.h>
        #include <sched.h>
        #include <stdio.h>
        #include <unistd.h>
        static void *spin_around(void *cpu)
        {
            cpu_set_t cpus;
            CPU_ZERO(&cpus);
            CPU_SET((long)cpu, &cpus);
            sched_setaffinity(0, sizeof(cpus), &cpus);
            for (volatile long i = 0;; i++)
                ;
        }
        int main(void)
        {
            pthread_t thread;
            long cpus = sysconf(_SC_NPROCESSORS_ONLN);
            puts("ready");
            fflush(stdout);
            for (long i = 0; i < cpus * {{perCpu}}; i++)
                pthread_create(&thread, NULL, spin_around, (void *)(i % cpus));
            pause();
        }
        """);

    // A page here and a page there: each that it wants was there a moment ago.
    private static CompiledProgram Thrasher() => new("thrashes", """
        #include <stdio.h>
        #include <sys/mman.h>
        enum { bytes = 24 << 20, page = 4096 };
        static void thrash(volatile char *pages)
        {
            for (unsigned int at = 1;; at = at * 1664525 + 1013904223)
                pages[(at >> 8) % (bytes / page) * page]++;
        }
        int main(void)
        {
            void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            madvise(pages, bytes, MADV_NOHUGEPAGE);
            puts("ready");
            fflush(stdout);
            thrash(pages);
        }
        """);

    private static CompiledProgram Sender(string address) => new("sends", $$"""
        #include <arpa/inet.h>
        #include <stdio.h>
        #include <sys/socket.h>
        int main(void)
        {
            char bytes[64] = { 0 };
            struct sockaddr_in to = { AF_INET, htons(9) };
            int out = socket(AF_INET, SOCK_DGRAM, 0);
            inet_pton(AF_INET, "{{address}}", &to.sin_addr);
            puts("ready");
            fflush(stdout);
            for (;;)
                sendto(out, bytes, sizeof(bytes), 0, (struct sockaddr *)&to, sizeof(to));
        }
        """);

    // Rules of which none but the last is about what comes.
    private static string Rules(int count) =>
        $$"""
        table inet t {
          chain c {
            type filter hook input priority 0;
            {{string.Join("\n    ", Enumerable.Range(1, count).Select(i => $"ip saddr 10.1.{i / 250}.{i % 250} drop"))}}
            udp dport 9 drop
          }
        }
        """;
}
