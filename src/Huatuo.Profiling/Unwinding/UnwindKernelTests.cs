using System.Diagnostics;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Profiling.Lock;
using Huatuo.Profiling.Memory;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;
using Huatuo.Profiling.Sampling;
using Huatuo.Profiling.Symbols;

namespace Huatuo.Profiling.Unwinding;

/// <summary>Programs whose code keeps no frame pointers, and calls that go through libraries which keep none.</summary>
public sealed class UnwindKernelTests : IDisposable
{
    private const double ThreePoints = 0.03;
    private const int Frequent = 1999;

    // Ten calls deep, each with a frame of another size; then three to one, in loops that lie alike, since some CPUs take twice as long for one that does not.
    private const string Deep = """
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        #define APART __attribute__((noinline, noclone))
        static volatile unsigned long sum;
        const char *const name = NAME;
        #define ALIKE __attribute__((aligned(64)))
        APART ALIKE void heavy(void) { for (unsigned long i = 0; i < 6000000; i++) sum += i; }
        APART ALIKE void light(void) { for (unsigned long i = 0; i < 2000000; i++) sum += i; }
        #define STEP(N, DO) APART long step##N(long x) { volatile char room[24 * N]; room[x % N] = x; DO; return room[x % N] + sum; }
        STEP(10, heavy(); light())
        STEP(9, x += step10(x + 1))
        STEP(8, x += step9(x + 1))
        STEP(7, x += step8(x + 1))
        STEP(6, x += step7(x + 1))
        STEP(5, x += step6(x + 1))
        STEP(4, x += step5(x + 1))
        STEP(3, x += step4(x + 1))
        STEP(2, x += step3(x + 1))
        STEP(1, x += step2(x + 1))
        static int compare(const void *a, const void *b) { heavy(); light(); return *(int *)a - *(int *)b; }
        APART void sorts(void) { int numbers[64]; for (int i = 0; i < 64; i++) numbers[i] = i * 37 % 64; qsort(numbers, 64, sizeof(int), compare); sum += numbers[0]; }
        APART void handler(int signal) { heavy(); light(); sum += signal; }
        APART void raises(void) { raise(SIGUSR1); sum++; }
        int main(int count, char **arguments)
        {
            if (count == 1 && strcmp(WORK, "exec") == 0) {
                puts("ready");
                fflush(stdout);
                getchar();
                execl("/proc/self/exe", arguments[0], "again", NULL);
            }
            signal(SIGUSR1, handler);
            puts("ready");
            fflush(stdout);
            for (long i = 0;; i++)
                switch (WORK[0]) {
                case 'q': sorts(); break;
                case 's': raises(); break;
                default: sum += step1(i);
                }
        }
        """;

    internal static string[] Steps { get; } = ["main", .. Enumerable.Range(1, 10).Select(step => $"step{step}")];

    private readonly Unwinder _unwinder = new(UnwindMode.Both, 64 << 20, TimeProvider.System);

    public UnwindKernelTests() => Assert.SkipUnless(Unwinder.IsSupported, "the tables are those of x86_64");

    public void Dispose() => _unwinder.Dispose();

    [Fact]
    public async Task Calls_without_frame_pointers_are_whole_from_the_beginning_of_the_program()
    {
        await using CompiledProgram program = Compile("deep", "deep");
        Process process = await program.StartAsync();
        Profile profile = await TakeAsync(process, 4000);

        Assert.InRange(profile.Share("heavy"), 0.75 - ThreePoints, 0.75 + ThreePoints);
        Assert.InRange(profile.Share("light"), 0.25 - ThreePoints, 0.25 + ThreePoints);
        Assert.Contains(string.Join(';', Steps), profile.Text(), StringComparison.Ordinal);
        AssertWhole(profile, [.. Steps, "_start"]);
    }

    [Fact]
    public async Task Calls_are_whole_in_a_program_whose_frames_are_for_debuggers()
    {
        await using CompiledProgram program = Compile("debugged", "qsort", "-g", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables");
        Process process = await program.StartAsync();
        Profile profile = await TakeAsync(process, 4000);

        Assert.InRange(profile.Share("heavy"), 0.75 - ThreePoints, 0.75 + ThreePoints);
        AssertWhole(profile, ["_start", "main", "sorts"]);
        Assert.True(profile.Share("compare") > 0.97, profile.Text());
    }

    [Fact]
    public async Task Calls_back_from_a_library_are_whole()
    {
        await using CompiledProgram program = Compile("sorter", "qsort");
        Process process = await program.StartAsync();
        File.Delete(program.Path);
        Profile profile = await TakeAsync(process, 4000);

        Assert.InRange(profile.Share("heavy"), 0.75 - ThreePoints, 0.75 + ThreePoints);
        AssertWhole(profile, ["_start", "main", "sorts"]);
        Assert.True(profile.Share("compare") > 0.97, profile.Text());
        Assert.Contains(profile.Text().Split('\n'), line => line.Contains(";main;sorts;", StringComparison.Ordinal) && line.Contains(";compare;heavy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handler_of_a_signal_stands_above_what_it_interrupted()
    {
        await using CompiledProgram program = Compile("signalled", "signal");
        Process process = await program.StartAsync();
        Profile profile = await TakeAsync(process, 1000);

        // While the kernel goes back from a handler, the registers are those of both.
        AssertWhole(profile, ["_start", "main", "raises"], isRough: true);
        Assert.True(profile.Share("handler") > 0.8, profile.Text());
    }

    [Fact]
    public async Task A_program_that_becomes_another_is_looked_at_anew()
    {
        await using CompiledProgram program = Compile("changer", "exec");
        Process process = await program.StartAsync();
        using OnCpuProfiler profiler = Start(process, _unwinder);
        process.StandardInput.WriteLine();
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Profile profile = await TakenProfile.UntilAsync(profiler, so => so.Unwinding is { Whole: > 500 }, "whole stacks of the new program");
        Assert.True(profile.Count("_start", "main", "step5", "heavy") > 300, profile.Text());
    }

    [Fact]
    public async Task What_waits_or_takes_memory_below_a_library_is_told_by_who_called_it()
    {
        await using var locks = new CompiledProgram("mutex", LockKernelTests.Mutex, "-DPROTOCOL=PTHREAD_PRIO_INHERIT", "-O2", "-fomit-frame-pointer", "-fno-inline", "-fno-optimize-sibling-calls");
        Process process = await locks.StartAsync();
        using (HookedProfiler profiler = LockKernelTests.Start(new LockOptions { Kinds = LockKinds.Futex, Interval = TimeSpan.Zero, Target = Only(process), Unwinder = _unwinder }))
        {
            await CompiledProgram.FinishAsync(process);
            profiler.Stop();
            Assert.InRange(profiler.Profile.Count("main", "takes", "[futex: lock pi]"), 38, 42);
        }

        await using var memory = new CompiledProgram("taker", """
            #include <stdio.h>
            #include <stdlib.h>
            #include <unistd.h>
            static void next(const char *said) { puts(said); fflush(stdout); if (getchar() < 0) exit(0); }
            __attribute__((noinline)) void takes(void) { for (int i = 0; i < 16; i++) { volatile char *m = malloc(8 << 20); m[0] = 1; } }
            __attribute__((noinline)) void sleeps(void) { for (int i = 0; i < 20; i++) usleep(10000); }
            int main(void) { next("ready"); takes(); next("taken"); sleeps(); next("slept"); }
            """, "-O2", "-fomit-frame-pointer", "-fno-optimize-sibling-calls");
        process = await memory.StartAsync();
        using (HookedProfiler profiler = MemoryKernelTests.Start(new MemoryOptions { Kind = MemoryKind.Virtual, Interval = 1, Target = Only(process), Unwinder = _unwinder }))
        {
            await CompiledProgram.NextAsync(process, "taken");
            profiler.Stop();
            Assert.InRange(profiler.Profile.Within("main", "takes", "[mmap: anonymous]"), 16 * 8 << 20, (16 * 8 << 20) + (1 << 20));
        }
        using (OffCpuProfiler profiler = OffCpuKernelTests.Start(new OffCpuOptions { Target = Only(process), Phases = OffCpuPhases.Blocked, Unwinder = _unwinder }))
        {
            await CompiledProgram.NextAsync(process, "slept");
            profiler.Stop();
            Assert.InRange(profiler.Profile.Count("main", "sleeps"), 19, 20);
        }
    }

    [Fact]
    public async Task Tables_of_a_file_are_shared_and_freed_with_its_last_process()
    {
        await using CompiledProgram program = Compile("deep", "deep"), other = Compile("other", "deep");
        Process first = await program.StartAsync(), second = await program.StartAsync(), third = await other.StartAsync();
        var time = new SteppedTime();
        using var unwinder = new Unwinder(UnwindMode.Both, 64 << 20, time);
        using OnCpuProfiler profiler = OnCpuProfiler.Start(new OnCpuOptions { Frequency = Frequent, Unwinder = unwinder }, SymbolSource.Loaded(), new OnlineCpus());
        unwinder.Look((uint)first.Id);
        (int tables, long bytes) = (unwinder.Tables.Count, unwinder.Tables.Bytes);
        Assert.True(tables >= 3 && bytes > 0, $"{tables} tables, {bytes} bytes");
        unwinder.Look((uint)second.Id);
        Assert.Equal((tables, bytes), (unwinder.Tables.Count, unwinder.Tables.Bytes));
        unwinder.Look((uint)third.Id);
        Assert.Equal(tables + 1, unwinder.Tables.Count);
        string[] keys = [.. new[] { program.Path, other.Path }.Select(path => $"{BuildId(path)} {new FileInfo(path).Length}")];
        Assert.All(keys, key => Assert.Contains(key, unwinder.Tables.Keys));

        await EndAsync(first);
        await EndAsync(second);
        await EndAsync(third);
        foreach (int _ in Enumerable.Range(0, 2))
        {
            time.Forward(TimeSpan.FromSeconds(2));
            profiler.Take();
        }
        time.Forward(TimeSpan.FromMinutes(2));
        profiler.Take();
        Assert.All((Process[])[first, second, third], process => Assert.False(unwinder.Has((uint)process.Id)));
        profiler.Stop();
        // Whoever else was sampled may have the libraries, but nobody has these two programs: a table for each is gone.
        Assert.DoesNotContain(unwinder.Tables.Keys, keys.Contains);
    }

    [Fact]
    public async Task Random_rules_end_a_stack_and_nothing_else()
    {
        await using CompiledProgram program = Compile("random", "deep");
        string noise = program.Path + ".noise";
        var random = new Random(8);
        byte[] bytes = new byte[4096];
        random.NextBytes(bytes);
        File.WriteAllBytes(noise, bytes);
        Command.Run("", "objcopy", ["--update-section", $".eh_frame={noise}", program.Path]);
        Process process = await program.StartAsync();
        Profile profile = await TakeAsync(process, 300);
        Assert.InRange(profile.Share("heavy"), 0.6, 0.9);
        UnwindCounters counts = profile.Unwinding!.Value;
        Assert.Equal(0UL, counts.Whole);
        Assert.True(counts.Untold + counts.Unmapped + counts.Broken + counts.Unreadable + counts.Mixed + counts.Cut > 0, profile.Text());
    }

    internal static CompiledProgram Compile(string name, string work, params string[] options) =>
        new(name, Deep, [$"-DWORK=\"{work}\"", "-O2", "-fomit-frame-pointer", "-fno-optimize-sibling-calls", $"-DNAME=\"{name}\"", "-Wl,--build-id", .. options]);

    internal static string BuildId(string path)
    {
        using FileBytes bytes = RootedFile.Open("/", path)!;
        Assert.True(ElfFile.TryRead(bytes, out ElfFile? elf));
        return elf.BuildId;
    }

    private static ProfileTarget Only(Process process) => new() { Tgid = (uint)process.Id };

    private static async Task EndAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static OnCpuProfiler Start(Process process, Unwinder unwinder) =>
        OnCpuProfiler.Start(new OnCpuOptions { Frequency = Frequent, Target = Only(process), Unwinder = unwinder }, SymbolSource.Loaded(), new OnlineCpus());

    private async Task<Profile> TakeAsync(Process process, int samples)
    {
        using OnCpuProfiler profiler = Start(process, _unwinder);
        return await TakenProfile.UntilAsync(profiler, profile => profile.Kernel.Sampled >= (ulong)samples, $"{samples} samples");
    }

    // All but what was sampled in an instruction that moves the stack by hand.
    internal static void AssertWhole(Profile profile, string[] functions, bool isRough = false)
    {
        UnwindCounters counts = profile.Unwinding!.Value;
        ulong stopped = counts.Unmapped + counts.Untold + counts.Unreadable + counts.Broken + counts.Cut + counts.Pointers;
        Assert.True(counts.Whole > (isRough ? 10UL : 200UL) * stopped, $"{counts.Whole} whole, {counts.Mixed} mixed, {counts.Pointers} by pointers, {counts.Cut} cut, {counts.Unmapped} unmapped, {counts.Untold} untold, {counts.Unreadable} unreadable, {counts.Broken} broken: {profile.Text()}");
        foreach (string function in functions)
            Assert.True(profile.Share(function) > (isRough ? 0.9 : 0.98), $"{function}: {profile.Text()}");
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _timestamp = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _timestamp;

        internal void Forward(TimeSpan time) => _timestamp += time.Ticks;
    }
}
