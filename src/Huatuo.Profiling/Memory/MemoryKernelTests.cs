using System.Diagnostics;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Memory;

/// <summary>Programs that take known amounts of memory.</summary>
public sealed class MemoryKernelTests
{
    private const long MiB = 1 << 20;

    // The kernel frees pages in batches, of 15 or 31 on each CPU.
    internal static readonly long Batches = Environment.ProcessorCount * 31L * Environment.SystemPageSize;
    private const double ThreePoints = 0.03;

    // Says ready, and for each line does the next thing and says done.
    private const string Frame = """
        #define _GNU_SOURCE
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <unistd.h>
        static void next(const char *said) { puts(said); fflush(stdout); if (getchar() < 0) exit(0); }
        static char *map(size_t bytes)
        {
            char *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            madvise(memory, bytes, MADV_NOHUGEPAGE);
            return memory;
        }
        static void touch(char *memory, size_t bytes) { for (size_t i = 0; i < bytes; i += getpagesize()) memory[i] = 1; }

        """;

    private const string Asks = Frame + """
        void maps(void) { for (int i = 0; i < 10; i++) munmap(map(3 << 20), 3 << 20); }
        void *remap(void *memory) { return mremap(memory, 1 << 20, 3 << 20, MREMAP_MAYMOVE); }
        void grows(void) { remap(map(1 << 20)); }
        void heap(void) { sbrk(1 << 20); sbrk(-(1 << 20)); sbrk(1 << 19); }
        void fails(void) { mmap(0, ~0ul << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
        int main(void) { next("ready"); maps(); grows(); heap(); fails(); next("done"); }
        """;

    internal const string Touches = Frame + """
        void large(void) { char *memory = map(48 << 20); touch(memory, 48 << 20); munmap(memory, 48 << 20); }
        void small(void) { char *memory = map(16 << 20); touch(memory, 16 << 20); munmap(memory, 16 << 20); }
        int main(void) { next("ready"); large(); small(); next("done"); }
        """;

    internal const string Keeps = Frame + """
        static char *kept;
        void keeps(void) { kept = map(32 << 20); touch(kept, 32 << 20); }
        void gives_back(void) { char *memory = map(64 << 20); touch(memory, 64 << 20); munmap(memory, 64 << 20); }
        int main(void) { next("ready"); keeps(); gives_back(); next("done"); madvise(kept, 8 << 20, MADV_DONTNEED); next("less"); }
        """;

    [Fact]
    public async Task Address_space_is_known_to_the_byte_by_the_call_that_asked()
    {
        await using var program = new CompiledProgram("asks", Asks);
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new MemoryOptions { Kind = MemoryKind.Virtual, Interval = 1, Target = Only(process) });
        await CompiledProgram.NextAsync(process, "done");
        profiler.Stop();
        Profile profile = profiler.Profile;

        Assert.Equal(["asks"], profile.Processes());
        Assert.True(profile.Within("maps", "[mmap: anonymous]") == 30 * MiB, profile.Text());
        Assert.Equal(10, profile.Count("maps", "[mmap: anonymous]"));
        Assert.Equal((1 * MiB, 2 * MiB), (profile.Within("grows", "[mmap: anonymous]"), profile.Within("grows", "[mremap]")));
        // What was given back and asked for again was asked for twice.
        Assert.Equal(MiB + MiB / 2, profile.Within("[brk]"));
        Assert.Equal(0, profile.Within("fails"));
        profile.AssertComplete();
    }

    [Fact]
    public async Task Pages_are_known_to_the_byte_when_all_are_taken()
    {
        await using var program = new CompiledProgram("touches", Touches);
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new MemoryOptions { Interval = 1, Target = Only(process) });
        await CompiledProgram.NextAsync(process, "done");
        profiler.Stop();
        Profile profile = profiler.Profile;

        Assert.Equal(["touches"], profile.Processes());
        Assert.True(profile.Within("large", "touch", "[pages: movable]") == 48 * MiB, profile.Text());
        Assert.Equal(16 * MiB, profile.Within("small", "touch", "[pages: movable]"));
        Assert.Equal(48 * MiB / Environment.SystemPageSize, profile.Count("large", "touch", "[pages: movable]"));
        // The tables that map them.
        Assert.InRange(profile.Within("large", "touch", "[pages: unmovable]"), 1, MiB);
        Assert.DoesNotContain("bpf_", profile.Text(), StringComparison.Ordinal);
        profile.AssertComplete();
    }

    [Fact]
    public async Task What_is_drawn_by_chance_has_the_same_shares_and_sum()
    {
        await using var program = new CompiledProgram("touches", Touches.Replace("large(); small();", "for (int i = 0; i < 24; i++) { large(); small(); }", StringComparison.Ordinal));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new MemoryOptions { Interval = 64 << 10, Target = Only(process) });
        await CompiledProgram.NextAsync(process, "done");
        profiler.Stop();
        Profile profile = profiler.Profile;

        // Some 24,000 of 393,216 pages: three points are ten deviations.
        double all = 24 * 64 * MiB;
        Assert.InRange(profile.Within("touch", "[pages: movable]") / all, 1 - ThreePoints, 1 + ThreePoints);
        Assert.InRange(profile.Within("large", "touch", "[pages: movable]") / all, 0.75 - ThreePoints, 0.75 + ThreePoints);
        Assert.True(profile.Kernel.Brief > 10 * profile.Kernel.Sampled);
        profile.AssertComplete();
    }

    [Fact]
    public async Task Only_what_was_not_given_back_is_held()
    {
        await using var program = new CompiledProgram("keeper", Keeps);
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new MemoryOptions { Kind = MemoryKind.Held, Interval = 1, Target = Only(process) });
        await CompiledProgram.NextAsync(process, "done");
        profiler.Take();
        Assert.True(profiler.Profile.Within("keeps", "[pages: movable]") == 32 * MiB, profiler.Profile.Text());
        await TakenProfile.MeetsAsync(profiler, profile => profile.Within("gives_back", "[pages: movable]") <= Batches, "everything given back");
        await CompiledProgram.NextAsync(process, "less");
        await TakenProfile.MeetsAsync(profiler, profile => profile.Within("keeps", "[pages: movable]") - 24 * MiB <= Batches, "a quarter given back");
        Assert.True(profiler.Profile.Within("keeps", "[pages: movable]") >= 24 * MiB, profiler.Profile.Text());

        process.StandardInput.WriteLine();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await TakenProfile.MeetsAsync(profiler, profile => profile.Within("keeps", "[pages: movable]") <= Batches, "all given back with the process");
        profiler.Stop();
        profiler.Profile.AssertComplete();
    }

    [Fact]
    public async Task What_is_held_is_drawn_by_chance_alike()
    {
        await using var program = new CompiledProgram("keeper", Keeps.Replace("32 << 20", "128 << 20", StringComparison.Ordinal));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new MemoryOptions { Kind = MemoryKind.Held, Interval = 16 << 10, Target = Only(process) });
        await CompiledProgram.NextAsync(process, "done");
        await TakenProfile.MeetsAsync(profiler, profile => profile.Within("gives_back", "[pages: movable]") <= Batches, "everything given back");
        profiler.Stop();
        // Some 8,192 of 32,768 pages: ten points are a dozen deviations.
        Assert.InRange(profiler.Profile.Within("keeps", "[pages: movable]") / (128.0 * MiB), 0.9, 1.1);
        profiler.Profile.AssertComplete();
    }

    [Fact]
    public async Task A_container_and_a_CPU_are_told_from_the_others()
    {
        await using var inside = new CompiledProgram("inside", Touches);
        await using var outside = new CompiledProgram("outside", Touches);
        await using var cgroup = new MemoryCgroup();
        Process within = await inside.StartAsync(cgroup), without = await outside.StartAsync();
        using HookedProfiler container = Start(new MemoryOptions { Interval = 1, Target = new ProfileTarget { CgroupId = cgroup.Id } });
        using HookedProfiler nowhere = Start(new MemoryOptions { Interval = 1, Target = Only(within) with { Cpus = [4095] } });
        using HookedProfiler everywhere = Start(new MemoryOptions { Interval = 1, Target = Only(within) with { Cpus = [.. Enumerable.Range(0, Environment.ProcessorCount)] } });
        await CompiledProgram.NextAsync(without, "done");
        await CompiledProgram.NextAsync(within, "done");
        foreach (IProfiler profiler in (ReadOnlySpan<IProfiler>)[container, nowhere, everywhere])
            profiler.Stop();

        Assert.Equal(["inside"], container.Profile.Processes());
        Assert.Equal(64 * MiB, container.Profile.Within("touch", "[pages: movable]"));
        Assert.Empty(nowhere.Profile.Processes());
        Assert.Equal(64 * MiB, everywhere.Profile.Within("touch", "[pages: movable]"));
        container.Profile.AssertComplete();
    }

    // An emulated CPU takes minutes for so many.
    [Fact]
    [Trait("kernels", "one")]
    public async Task Nothing_stays_of_thousands_of_short_lived_processes()
    {
        const int processes = 3000;
        await using var program = new CompiledProgram("forks", $$"""
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/prctl.h>
            #include <sys/wait.h>
            #include <unistd.h>
            static void next(const char *said) { puts(said); fflush(stdout); if (getchar() < 0) exit(0); }
            static volatile char memory[1 << 18];
            void takes(void) { for (int i = 0; i < sizeof(memory); i += 4096) memory[i] = 1; }
            static void forks(int count)
            {
                for (int i = 0; i < count; i++) {
                    if (!fork()) { prctl(PR_SET_PDEATHSIG, 9); takes(); _exit(0); }
                    wait(0);
                }
            }
            int main(void) { next("ready"); forks(200); next("warm"); forks({{processes}}); next("done"); }
            """);
        await using var cgroup = new MemoryCgroup();
        Process process = await program.StartAsync(cgroup);
        using HookedProfiler profiler = Start(new MemoryOptions { Kind = MemoryKind.Held, Interval = 1, Target = new ProfileTarget { CgroupId = cgroup.Id } });
        await TakenProfile.WhileAsync(profiler, CompiledProgram.NextAsync(process, "warm"));
        (int nodes, int frames) = (profiler.Profile.Stacks.Count, profiler.Profile.Frames.Count);
        await TakenProfile.WhileAsync(profiler, CompiledProgram.NextAsync(process, "done"));
        await TakenProfile.MeetsAsync(profiler, profile => profile.Within("takes", "[pages: movable]") <= Batches, "everything given back");
        profiler.Stop();
        Assert.True(profiler.Profile.Kernel.Sampled > processes * 64, $"{profiler.Profile.Kernel.Sampled}");
        // A few paths that the kernel takes seldom; of each process nothing.
        Assert.InRange(profiler.Profile.Frames.Count - frames, 0, processes / 10);
        Assert.InRange(profiler.Profile.Stacks.Count - nodes, 0, 10 * processes);
        profiler.Profile.AssertBalanced();
    }

    private static ProfileTarget Only(Process process) => new() { Tgid = (uint)process.Id };

    internal static HookedProfiler Start(MemoryOptions options)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        Assert.Null(MemoryProfiler.Lacks(kernel, btf));
        return MemoryProfiler.Start(options, SymbolSource.Loaded(), kernel);
    }
}
