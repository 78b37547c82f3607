using System.Diagnostics;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Lock;

/// <summary>Programs that wait for known locks, of known holders.</summary>
public sealed class LockKernelTests
{
    private const double FivePercent = 0.05;

    internal const string Frame = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <pthread.h>
        #include <semaphore.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <signal.h>
        #include <sys/prctl.h>
        #include <sys/wait.h>
        #include <time.h>
        #include <unistd.h>
        static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
        static void next(const char *said) { puts(said); fflush(stdout); if (getchar() < 0) exit(0); }

        """;

    // The keeper keeps the mutex for 25 ms, 40 times, while the other waits; that one tells how long.
    internal const string Mutex = Frame + """
        static pthread_mutex_t mutex;
        static sem_t go, done;
        void take(void) { pthread_mutex_lock(&mutex); }
        void takes(void) { take(); }
        void *keep(void *unused)
        {
            prctl(PR_SET_NAME, "keeper");
            for (int i = 0; i < 40; i++) {
                pthread_mutex_lock(&mutex);
                sem_post(&go);
                usleep(25000);
                pthread_mutex_unlock(&mutex);
                sem_wait(&done);
            }
            return unused;
        }
        int main(void)
        {
            long waited = 0, begin;
            char told[32];
            pthread_t thread;
            pthread_mutexattr_t attributes;
            pthread_mutexattr_init(&attributes);
            pthread_mutexattr_setprotocol(&attributes, PROTOCOL);
            pthread_mutex_init(&mutex, &attributes);
            next("ready");
            pthread_create(&thread, 0, keep, 0);
            for (int i = 0; i < 40; i++) {
                sem_wait(&go);
                begin = now();
                takes();
                waited += now() - begin;
                pthread_mutex_unlock(&mutex);
                sem_post(&done);
            }
            sprintf(told, "%ld", waited);
            next(told);
        }
        """;

    // Both write the same file, which takes its inode's semaphore: the holder 32 MiB at a time, the waiter a byte.
    private static string Inode(string path) => Frame + $$"""
        static int file;
        static volatile char *buffer;
        void write_large(void) { pwrite(file, (void *)buffer, 32 << 20, 0); }
        void write_byte(void) { pwrite(file, "x", 1, 0); }
        void writes(void) { for (long end = now() + 2000000000; now() < end;) { write_byte(); } }
        int main(void)
        {
            int holder, ends[2];
            long begin;
            char told[32];
            file = open("{{path}}", O_RDWR | O_CREAT, 0600);
            buffer = malloc(32 << 20);
            for (int i = 0; i < 32 << 20; i += 4096)
                buffer[i] = 1;
            pipe(ends);
            holder = fork();
            if (!holder) {
                prctl(PR_SET_NAME, "holder");
                prctl(PR_SET_PDEATHSIG, 9);
                for (;;)
                    write_large();
            }
            next("ready");
            begin = now();
            writes();
            sprintf(told, "%ld", now() - begin);
            kill(holder, 9);
            wait(0);
            next(told);
        }
        """;

    [Theory]
    [InlineData("PTHREAD_PRIO_NONE", "[futex: wait]")]
    [InlineData("PTHREAD_PRIO_INHERIT", "[futex: lock pi]")]
    public async Task A_mutex_of_a_program_is_waited_for_as_long_as_its_keeper_keeps_it(string protocol, string kind)
    {
        await using var program = new CompiledProgram("mutex", Mutex, "-DPROTOCOL=" + protocol);
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new LockOptions { Kinds = LockKinds.Futex, Interval = TimeSpan.Zero, Target = new ProfileTarget { Tgid = (uint)process.Id } });
        double waited = await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Profile profile = profiler.Profile;

        Assert.Equal(["mutex"], profile.Processes());
        // Of the call that inherits priorities the C library keeps no frame pointer.
        Assert.True(profile.Within(kind) / waited is > 1 - FivePercent and <= 1, $"{waited}: {profile.Text()}");
        Assert.True((double)profile.Within("[released by keeper]", kind) / profile.Within(kind) > 1 - FivePercent, profile.Text());
        Assert.True(kind != "[futex: wait]" || profile.Within("takes") == profile.Within(kind), profile.Text());
        Assert.InRange(profile.Count(kind), 38, 42);
        profile.AssertComplete();
    }

    [Fact]
    public async Task A_thread_that_waits_is_told_from_the_others()
    {
        await using var program = new CompiledProgram("mutex", Mutex, "-DPROTOCOL=PTHREAD_PRIO_NONE");
        Process process = await program.StartAsync();
        using HookedProfiler waiter = Start(new LockOptions { Kinds = LockKinds.Futex, Interval = TimeSpan.Zero, Target = new ProfileTarget { Tid = (uint)process.Id } });
        using HookedProfiler nobody = Start(new LockOptions { Kinds = LockKinds.Futex, Interval = TimeSpan.Zero, Target = new ProfileTarget { Tid = (uint)Environment.ProcessId } });
        using HookedProfiler brief = Start(new LockOptions { Kinds = LockKinds.Futex, MinDuration = TimeSpan.FromHours(1), Target = new ProfileTarget { Tid = (uint)process.Id } });
        await CompiledProgram.FinishAsync(process);
        foreach (IProfiler profiler in (ReadOnlySpan<IProfiler>)[waiter, nobody, brief])
            profiler.Stop();
        Assert.True(waiter.Profile.Within("takes") > 0);
        Assert.Equal(0, waiter.Profile.Within("keep"));
        Assert.DoesNotContain("mutex", nobody.Profile.Processes());
        Assert.Empty(brief.Profile.Processes());
        Assert.True(brief.Profile.Kernel.Brief >= 40);
        brief.Profile.AssertComplete();
    }

    [Fact]
    public async Task A_lock_of_the_kernel_is_waited_for_by_kind_and_holder()
    {
        SkipWithoutKernel();
        await using var folder = new MemoryFolder();
        await using var program = new CompiledProgram("waiter", Inode(folder.File("shared")));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new LockOptions { Kinds = LockKinds.Kernel, Interval = TimeSpan.Zero, Target = new ProfileTarget { Tgid = (uint)process.Id } });
        double took = await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Profile profile = profiler.Profile;

        Assert.Equal(["waiter"], profile.Processes());
        Assert.True(profile.Within("writes", "[held by holder]", "[rwsem: write]") / took is > 0.1 and <= 1, $"{took}: {profile.Text()}");
        // While one hands it to the next nobody holds it.
        Assert.True((double)profile.Within("writes", "[held by holder]") / profile.Within("writes", "[rwsem: write]") > 0.5, profile.Text());
        Assert.DoesNotMatch(@"\[held by (?!holder\])[^\]]*\];\[rwsem: write\]", profile.Text());
        Assert.Contains("_write_iter_[k];", profile.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("bpf_", profile.Text(), StringComparison.Ordinal);
        profile.AssertComplete();
    }

    [Fact]
    public async Task Waits_that_are_drawn_by_chance_have_the_same_sum()
    {
        await using var program = new CompiledProgram("mutex", Mutex.Replace("25000", "1000", StringComparison.Ordinal).Replace("i < 40", "i < 1000", StringComparison.Ordinal), "-DPROTOCOL=PTHREAD_PRIO_NONE");
        Process process = await program.StartAsync();
        const string kind = "[futex: wait]";
        var target = new ProfileTarget { Tgid = (uint)process.Id };
        using HookedProfiler all = Start(new LockOptions { Kinds = LockKinds.Futex, Interval = TimeSpan.Zero, Target = target });
        using HookedProfiler some = Start(new LockOptions { Kinds = LockKinds.Futex, Interval = TimeSpan.FromMilliseconds(4), Target = target });
        await CompiledProgram.FinishAsync(process);
        some.Stop();
        all.Stop();
        Assert.InRange(all.Profile.Count(kind), 900, 1100);
        // A quarter or more of some 1000 is drawn, each for 4 ms: a quarter of the sum is four deviations.
        Assert.InRange((double)some.Profile.Within(kind) / all.Profile.Within(kind), 0.75, 1.25);
        Assert.InRange((double)some.Profile.Count(kind) / all.Profile.Count(kind), 0.7, 1.3);
        Assert.True(some.Profile.Kernel.Brief > 0);
        some.Profile.AssertBalanced();
    }

    internal static void SkipWithoutKernel()
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        Assert.SkipWhen(LockProfiler.LeavesOut(btf) is not null, "this kernel lacks lock:contention_begin (5.19)");
    }

    internal static HookedProfiler Start(LockOptions options)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        Assert.Null(LockProfiler.Lacks(kernel, btf, options.Kinds));
        return LockProfiler.Start(options, SymbolSource.Loaded(), kernel);
    }
}
