using System.Diagnostics;
using System.Globalization;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;

namespace Huatuo.Profiling.OffCpu;

/// <summary>Programs that wait for a known time, for a known reason.</summary>
public sealed class OffCpuKernelTests
{
    private const double FivePercent = 0.05;

    /// <summary>A program that waits for a line, sleeps 40 times 25 ms, and tells how long that took.</summary>
    internal const string Sleeper = """
        #include <stdio.h>
        #include <time.h>
        static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
        void nap(void) { struct timespec t = { 0, 25000000 }; nanosleep(&t, 0); }
        void naps(void) { for (int i = 0; i < 40; i++) nap(); }
        int main(void)
        {
            long begin;
            puts("ready");
            fflush(stdout);
            getchar();
            begin = now();
            naps();
            printf("%ld\n", now() - begin);
            fflush(stdout);
            getchar();
        }
        """;

    [Fact]
    public async Task Sleeps_have_the_time_that_they_took()
    {
        await using var program = new CompiledProgram("sleeper", Sleeper);
        Process process = await program.StartAsync();
        using OffCpuProfiler profiler = Start(new OffCpuOptions { Target = new ProfileTarget { Tgid = (uint)process.Id }, MinDuration = TimeSpan.Zero });
        double took = await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Profile profile = profiler.Profile;

        Assert.Equal(["sleeper"], profile.Processes());
        Assert.InRange(profile.Within("naps") / took, 1 - FivePercent, 1 + FivePercent);
        Assert.Contains(";hrtimer_nanosleep_[k];", profile.Text(), StringComparison.Ordinal);
        Assert.Matches(@";\[woken by (interrupt|idle)\];\[blocked: interruptible\] ", profile.Text());
        Assert.Equal(0UL, profile.Kernel.Lost);
        profile.AssertBalanced();
    }

    [Fact]
    public async Task What_is_shorter_than_asked_for_is_only_counted()
    {
        await using var program = new CompiledProgram("sleeper", Sleeper);
        Process process = await program.StartAsync();
        using OffCpuProfiler profiler = Start(new OffCpuOptions { Target = new ProfileTarget { Tgid = (uint)process.Id }, MinDuration = TimeSpan.FromHours(1) });
        await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Assert.Empty(profiler.Profile.Processes());
        Assert.True(profiler.Profile.Kernel.Brief >= 40, $"{profiler.Profile.Kernel.Brief} brief");
        profiler.Profile.AssertBalanced();
    }

    [Fact]
    public async Task Who_wakes_is_told()
    {
        await using var program = new CompiledProgram("sleepyhead", """
            #include <stdio.h>
            #include <sys/prctl.h>
            #include <unistd.h>
            int main(void)
            {
                int ends[2];
                char one;
                pipe(ends);
                if (!fork()) {
                    prctl(PR_SET_NAME, "alarmclock");
                    for (;;) {
                        usleep(20000);
                        if (getppid() == 1 || write(ends[1], "x", 1) != 1)
                            return 0;
                    }
                }
                puts("ready");
                fflush(stdout);
                while (read(ends[0], &one, 1) == 1)
                    ;
            }
            """);
        Process process = await program.StartAsync();
        using OffCpuProfiler profiler = Start(new OffCpuOptions { Target = new ProfileTarget { Tgid = (uint)process.Id }, MinDuration = TimeSpan.Zero });
        Profile profile = await TakenProfile.UntilAsync(profiler, so => so.Within("[blocked: interruptible]") > 500_000_000, "half a second of waiting");

        Assert.Equal(["sleepyhead"], profile.Processes());
        double woken = (double)profile.Within("[woken by alarmclock]") / profile.Within("[blocked: interruptible]");
        Assert.True(woken > 1 - FivePercent, profile.Text());
        profile.AssertBalanced();
    }

    [Fact]
    public async Task Waits_of_those_that_left_the_chosen_CPUs_are_told()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "this kernel lacks a second CPU");
        await using var program = new CompiledProgram("napper", """
            #include <stdio.h>
            #include <unistd.h>
            int main(void) { puts("ready"); fflush(stdout); for (;;) usleep(20000); }
            """);
        Process first = await program.StartAsync("taskset", "-c", "0"), second = await program.StartAsync("taskset", "-c", "1");
        using OffCpuProfiler profiler = Start(new OffCpuOptions { Target = new ProfileTarget { Cpus = [1] }, MinDuration = TimeSpan.Zero, SplitsProcesses = true });
        Profile profile = await TakenProfile.UntilAsync(profiler, so => so.Within($"napper ({second.Id})") > 500_000_000, "half a second of waiting");
        Assert.Equal(0, profile.Within($"napper ({first.Id})"));
        profile.AssertBalanced();
    }

    // An emulated machine's scheduler has a clock that runs at another speed.
    [Fact]
    [Trait("kernels", "one")]
    public async Task Waits_for_a_CPU_are_those_that_the_kernel_accounts()
    {
        string cpu = (Environment.ProcessorCount - 1).ToString(CultureInfo.InvariantCulture);
        await using var program = new CompiledProgram("rival", """
            #include <stdio.h>
            int main(void) { puts("ready"); fflush(stdout); for (;;) ; }
            """);
        Process one = await program.StartAsync("taskset", "-c", cpu);
        await program.StartAsync("taskset", "-c", cpu);
        using OffCpuProfiler profiler = Start(new OffCpuOptions { Target = new ProfileTarget { Tgid = (uint)one.Id }, MinDuration = TimeSpan.Zero, Phases = OffCpuPhases.Runqueue });
        profiler.Take();
        double begin = Waited(one);
        long before = profiler.Profile.Within("[runqueue: preempted]");
        await TakenProfile.UntilAsync(profiler, so => so.Within("[runqueue: preempted]") - before > 2_000_000_000, "two seconds of waiting");
        double accounted = Waited(one) - begin;

        // A wait that is under way at either end is in one of them only.
        const double slack = 0.1e9;
        Assert.InRange(profiler.Profile.Within("rival") - before, accounted * (1 - FivePercent) - slack, accounted * (1 + FivePercent) + slack);
        Assert.Equal(0, profiler.Profile.Within("[blocked: interruptible]"));
        profiler.Profile.AssertBalanced();
    }

    [Fact]
    public async Task Threads_that_ended_have_no_place_any_more()
    {
        await using var program = new CompiledProgram("threads", Threads("usleep(1000)"));
        Process process = await program.StartAsync();
        using OffCpuProfiler profiler = Start(new OffCpuOptions { Target = new ProfileTarget { Tgid = (uint)process.Id }, MinDuration = TimeSpan.Zero });
        await CompiledProgram.FinishAsync(process);
        profiler.Take();
        Assert.True(profiler.Profile.Count("threads") >= 200, profiler.Profile.Text());
        var places = new OffcpuBpf(profiler.Loaded);
        await TakenProfile.MeetsAsync(profiler, _ => places.Away.Dump(new uint[1024], new OffcpuAway[1024]) <= 1, "the place of the first thread alone");
    }

    /// <summary>A program of 200 threads, one after another, that do something once each.</summary>
    internal static string Threads(string once) => $$"""
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <unistd.h>
        static void *work(void *unused) { {{once}}; return unused; }
        int main(void)
        {
            pthread_t thread;
            puts("ready");
            fflush(stdout);
            getchar();
            for (int i = 0; i < 200; i++)
                pthread_create(&thread, 0, work, 0), pthread_join(thread, 0);
            puts("0");
            fflush(stdout);
            getchar();
        }
        """;

    // /proc/PID/schedstat: time on a CPU, time in a run queue, how often it got a CPU.
    private static double Waited(Process process) => double.Parse(File.ReadAllText($"/proc/{process.Id}/schedstat").Split(' ')[1], CultureInfo.InvariantCulture);

    internal static OffCpuProfiler Start(OffCpuOptions options)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        Assert.Null(OffCpuProfiler.Lacks(kernel, btf));
        return OffCpuProfiler.Start(options, SymbolSource.Loaded(), kernel);
    }
}
