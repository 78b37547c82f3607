using System.Diagnostics;
using System.Globalization;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.Profiling.Continuous;

/// <summary>Profilers that go on while processes come and go.</summary>
public sealed class ContinuousKernelTests
{
    private const string Id = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";

    // Starts 4000 processes, each of which works for some 2 ms, one after the other.
    private const string Churn = """
        #include <stdio.h>
        #include <sys/wait.h>
        #include <time.h>
        #include <unistd.h>
        static volatile unsigned long sum;
        static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
        void shortlived(void) { for (long end = now() + 2000000; now() < end;) for (int i = 0; i < 1000; i++) sum += i; }
        int main(void)
        {
            puts("ready");
            fflush(stdout);
            for (int i = 0; i < 4000; i++) {
                pid_t child = fork();
                if (!child) {
                    shortlived();
                    _exit(0);
                }
                waitpid(child, 0, 0);
                if (i == 1000) { puts("1000"); fflush(stdout); }
            }
            puts("4000");
            fflush(stdout);
            pause();
        }
        """;

    private readonly List<(Container? Container, Profile Profile)> _stored = [];

    [Fact]
    [Trait("kernels", "one")]
    public async Task Thousands_of_short_lived_processes_leave_no_memory_behind()
    {
        await using var program = new CompiledProgram("churn", Churn);
        // What others run meanwhile has stacks and frames of its own, which are kept.
        await using var cgroup = new MemoryCgroup();
        Process process = await program.StartAsync(cgroup);
        using ContinuousProfiler profiler = OnCpu(_ => null, new ProfileTarget { CgroupId = cgroup.Id });
        Task<string?> thousand = process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        await StepUntilAsync(profiler, thousand);
        long before = Live();
        Task<string?> all = process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        await StepUntilAsync(profiler, all);
        long grown = Live() - before;
        profiler.Stop();

        Assert.Equal("4000", await all);
        // A few paths that the kernel takes seldom; what is known of a process takes twice as much for so many.
        Assert.True(grown < 512 << 10, $"{grown} bytes more after 3000 processes");
        Assert.Equal((0UL, 0L, 0L), (profiler.Counts.Kernel.Lost, profiler.Counts.Dropped, profiler.Counts.Failures));
        // A process is asked for its maps while it lives; the names of its siblings are those of the same file, but not its own.
        Assert.True(_stored.Sum(stored => stored.Profile.Within("churn")) > 0);
        Assert.True(profiler.Counts.Named > 0);
    }

    [Fact]
    public async Task Samples_of_a_container_have_a_profile_of_their_own()
    {
        await using var program = new CompiledProgram("inside", """
            #include <stdio.h>
            static volatile unsigned long sum;
            void spin(void) { for (unsigned long i = 0; i < 100000; i++) sum += i; }
            int main(void) { puts("ready"); fflush(stdout); for (;;) spin(); }
            """);
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        await program.StartAsync(cgroup);
        Container container = Cgroup.Of("/docker-" + Id + ".scope").Container!;
        ulong id = OnCpuKernelTests.CgroupId(cgroup.Path);
        using ContinuousProfiler profiler = OnCpu(asked => asked == id ? container : null);
        await StepUntilAsync(profiler, () => _stored.Any(stored => stored.Container is not null && stored.Profile.Share("spin") > 0.9));
        Assert.All(_stored.Where(stored => stored.Container is null), stored => Assert.DoesNotContain("inside", stored.Profile.Processes()));
        Assert.All(_stored.Where(stored => stored.Container is not null), stored => Assert.Equal(["inside"], stored.Profile.Processes()));
        profiler.Stop();
    }

    [Fact]
    public async Task A_rate_that_is_lowered_counts_each_sample_for_more()
    {
        await using var program = new CompiledProgram("steady", """
            #include <stdio.h>
            int main(void) { puts("ready"); fflush(stdout); for (;;) ; }
            """);
        Process process = await program.StartAsync("taskset", "-c", "0");
        using OnCpuProfiler profiler = OnCpuProfiler.Start(new OnCpuOptions { Frequency = 400, Target = new ProfileTarget { Tgid = (uint)process.Id } }, SymbolSource.Loaded(), new OnlineCpus());
        await UntilAsync(profiler, so => so.Kernel.Sampled >= 100, "100 samples");
        profiler.SetLevel(2);
        long before = profiler.Profile.Stacks.Totals()[0];
        ulong sampled = profiler.Profile.Kernel.Sampled;
        Assert.Equal((long)sampled * 2_500_000, before);
        await UntilAsync(profiler, so => so.Kernel.Sampled >= sampled + 50, "50 samples more");
        profiler.Pause();
        ulong slow = profiler.Profile.Kernel.Sampled - sampled;
        Assert.Equal(before + (long)slow * 10_000_000, profiler.Profile.Stacks.Totals()[0]);
        ulong paused = profiler.Profile.Kernel.Seen;
        profiler.Take();
        Assert.Equal(paused, profiler.Profile.Kernel.Seen);
        profiler.Resume();
        await UntilAsync(profiler, so => so.Kernel.Seen > paused, "samples after the pause");
    }

    [Fact]
    public async Task Waits_that_are_shorter_than_the_level_asks_for_are_only_counted()
    {
        await using var program = new CompiledProgram("napper", """
            #include <stdio.h>
            #include <unistd.h>
            int main(void) { puts("ready"); fflush(stdout); for (;;) usleep(10000); }
            """);
        Process process = await program.StartAsync();
        using OffCpuProfiler profiler = OffCpuKernelTests.Start(new OffCpuOptions { Target = new ProfileTarget { Tgid = (uint)process.Id }, Phases = OffCpuPhases.Blocked });
        await UntilAsync(profiler, so => so.Kernel.Sampled >= 10, "10 waits");
        profiler.SetLevel(profiler.Levels - 1);
        // A wait may have ended before the level was there.
        profiler.Take();
        ulong sampled = profiler.Profile.Kernel.Sampled, brief = profiler.Profile.Kernel.Brief;
        await UntilAsync(profiler, so => so.Kernel.Brief >= brief + 10, "10 waits that are brief");
        Assert.Equal(sampled, profiler.Profile.Kernel.Sampled);
        // What began before the pause is not told after it.
        profiler.SetLevel(0);
        profiler.Pause();
        long before = profiler.Profile.Stacks.Totals()[0];
        long switches = Switches(process);
        await WaitAsync(() => Switches(process) > switches + 5, "waits in the pause");
        profiler.Resume();
        long began = Stopwatch.GetTimestamp();
        await UntilAsync(profiler, so => so.Stacks.Totals()[0] > before, "a wait after the pause");
        Assert.True(profiler.Profile.Stacks.Totals()[0] - before <= Stopwatch.GetElapsedTime(began).Ticks * 100, profiler.Profile.Text());
    }

    private ContinuousProfiler OnCpu(Func<ulong, Container?> containerOf, ProfileTarget? target = null) => new(
        new ContinuousSettings("oncpu", TimeSpan.FromSeconds(1), 1, Environment.ProcessorCount, containerOf),
        () => OnCpuProfiler.Start(new OnCpuOptions { Frequency = 499, KernelStacks = 16384, Target = target ?? new ProfileTarget() }, SymbolSource.Loaded(), new OnlineCpus()),
        new ProfilerCost(),
        TimeProvider.System,
        (_, container, profile) => _stored.Add((container, profile)),
        Assert.Fail);

    private static long Live()
    {
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private Task StepUntilAsync(ContinuousProfiler profiler, Task done) =>
        StepUntilAsync(profiler, () =>
        {
            // What is kept by the test is no leak.
            if (_stored.Count > 2)
                _stored.RemoveRange(0, _stored.Count - 2);
            return done.IsCompleted;
        });

    private static Task StepUntilAsync(ContinuousProfiler profiler, Func<bool> done) => WaitAsync(
        () =>
        {
            profiler.Step();
            return done();
        },
        "end");

    private static Task UntilAsync(IContinuousProfiler profiler, Func<Profile, bool> enough, string what) => WaitAsync(
        () =>
        {
            profiler.Take();
            return enough(profiler.Profile);
        },
        what);

    private static async Task WaitAsync(Func<bool> done, string what)
    {
        long began = Stopwatch.GetTimestamp();
        while (!done())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(3), $"no {what} in 3 minutes");
            await Task.Delay(100);
        }
    }

    private static long Switches(Process process) => long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal)).Split(':')[1], CultureInfo.InvariantCulture);
}
