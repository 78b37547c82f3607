using System.Diagnostics;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Profiling.OffCpu;

/// <summary>Where not each wait has its stack taken, those that have stand for the others.</summary>
public sealed class OffCpuDrawsKernelTests
{
    // Many brief waits, and then one that is told, again and again. On an emulated CPU brief waits are long.
    [Fact]
    [Trait("kernels", "one")]
    public async Task Of_a_brisk_task_waits_are_drawn_by_chance_and_have_the_same_sums()
    {
        const int naps = 1000, brief = 60, shift = 3;
        await using var program = new CompiledProgram("brisk", $$"""
            #include <pthread.h>
            #include <stdio.h>
            #include <time.h>
            #include <unistd.h>
            static int there[2], back[2];
            static void *echo(void *unused) { char one; while (read(there[0], &one, 1) == 1 && write(back[1], &one, 1) == 1) ; return unused; }
            static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
            long nap(void) { struct timespec t = { 0, 1500000 }; long begin = now(); nanosleep(&t, 0); return now() - begin; }
            long naps(void) { return nap(); }
            int main(void)
            {
                pthread_t thread;
                long slept = 0;
                char one = 0;
                pipe(there), pipe(back);
                pthread_create(&thread, 0, echo, 0);
                puts("ready");
                fflush(stdout);
                getchar();
                for (int i = 0; i < {{naps}}; i++) {
                    for (int j = 0; j < {{brief}}; j++)
                        if (write(there[1], &one, 1) != 1 || read(back[0], &one, 1) != 1)
                            return 1;
                    slept += naps();
                }
                printf("%ld\n", slept);
                fflush(stdout);
                getchar();
            }
            """, "-pthread");
        Process process = await program.StartAsync();
        using OffCpuProfiler profiler = OffCpuKernelTests.Start(new OffCpuOptions { Target = new ProfileTarget { Tid = (uint)process.Id }, MostStacks = 0 });
        profiler.Loaded.Map<uint, OffcpuPace>("paces").Set(0, new OffcpuPace { Shift = shift });
        double slept = await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        AssertDrawn(profiler.Profile, naps, shift, slept);
        Assert.True(profiler.Profile.Kernel.Stacks < profiler.Profile.Kernel.Seen / 4, $"{profiler.Profile.Kernel.Stacks} stacks of {profiler.Profile.Kernel.Seen} waits");
    }

    // At that level waits must last 16 ms, and one of four is taken of those that nothing is known of. On an emulated CPU those that are preempted wait as long.
    [Fact]
    [Trait("kernels", "one")]
    public async Task Of_new_tasks_waits_are_drawn_by_chance_and_have_the_same_sums()
    {
        const int rounds = 50, together = 20, naps = rounds * together, level = 2;
        await using var program = new CompiledProgram("new", $$"""
            #include <pthread.h>
            #include <stdio.h>
            #include <time.h>
            static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
            long nap(void) { struct timespec t = { 0, 20000000 }; long begin = now(); nanosleep(&t, 0); return now() - begin; }
            void *naps(void *slept) { *(long *)slept = nap(); return 0; }
            int main(void)
            {
                pthread_t threads[{{together}}];
                long slept[{{together}}], all = 0;
                puts("ready");
                fflush(stdout);
                getchar();
                for (int round = 0; round < {{rounds}}; round++) {
                    for (int i = 0; i < {{together}}; i++)
                        if (pthread_create(&threads[i], 0, naps, &slept[i]))
                            return 1;
                    for (int i = 0; i < {{together}}; i++) {
                        pthread_join(threads[i], 0);
                        all += slept[i];
                    }
                }
                printf("%ld\n", all);
                fflush(stdout);
                getchar();
            }
            """, "-pthread");
        Process process = await program.StartAsync();
        using OffCpuProfiler profiler = OffCpuKernelTests.Start(new OffCpuOptions { Target = new ProfileTarget { Tgid = (uint)process.Id }, MostStacks = 0 });
        profiler.SetLevel(level);
        double slept = await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        AssertDrawn(profiler.Profile, naps, level, slept);
        Assert.True(profiler.Profile.Kernel.Stacks < naps, $"{profiler.Profile.Kernel.Stacks} stacks of {naps} new tasks");
    }

    [Fact]
    public async Task Of_a_task_whose_waits_are_long_none_but_the_first_is_drawn_by_chance()
    {
        await using var program = new CompiledProgram("sleeper", OffCpuKernelTests.Sleeper);
        Process process = await program.StartAsync();
        using OffCpuProfiler profiler = OffCpuKernelTests.Start(new OffCpuOptions { Target = new ProfileTarget { Tgid = (uint)process.Id }, MostStacks = 0 });
        profiler.Loaded.Map<uint, OffcpuPace>("paces").Set(0, new OffcpuPace { Shift = 6 });
        await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Assert.Contains(profiler.Profile.Count("naps", "[blocked: interruptible]"), new long[] { 39, 39 + 64 });
        profiler.Profile.AssertBalanced();
    }

    private static void AssertDrawn(Profile profile, int naps, int shift, double slept)
    {
        // That of a number whose every unit is drawn by one chance in 2^shift and counts as so many.
        double deviation = Math.Sqrt(naps * ((1 << shift) - 1)) / naps;
        Assert.InRange(profile.Count("naps", "[blocked: interruptible]"), naps * (1 - 6 * deviation), naps * (1 + 6 * deviation));
        Assert.InRange(profile.Within("naps", "[blocked: interruptible]") / slept, 1 - 7 * deviation, 1 + 7 * deviation);
        Assert.Equal(0UL, profile.Kernel.Lost);
        profile.AssertBalanced();
    }
}
