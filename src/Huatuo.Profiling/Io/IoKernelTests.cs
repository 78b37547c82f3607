using System.Diagnostics;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Io;

/// <summary>Programs that read and write known amounts, of files in memory and of a disk over one.</summary>
public sealed class IoKernelTests
{
    private const long KiB = 1 << 10, MiB = 1 << 20;
    private const double ThreePoints = 0.03;

    // Says ready, does it for a line, and tells how long that took.
    internal static string Program(string path, string work) => $$"""
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/socket.h>
        #include <time.h>
        #include <unistd.h>
        static char *buffer;
        static int file;
        static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
        static void next(const char *said) { puts(said); fflush(stdout); if (getchar() < 0) exit(0); }
        static void check(long got, long wanted) { if (got != wanted) { printf("%ld of %ld\n", got, wanted); exit(1); } }
        void put(long bytes, long at) { check(pwrite(file, buffer, bytes, at), bytes); }
        void get(long bytes, long at) { check(pread(file, buffer, bytes, at), bytes); }
        {{work}}
        int main(void)
        {
            char took[32];
            long begin;
            if (posix_memalign((void **)&buffer, 4096, 8 << 20) || (file = open("{{path}}", FLAGS, 0600)) < 0)
                return 1;
            memset(buffer, 1, 8 << 20);
            next("ready");
            begin = now();
            work();
            sprintf(took, "%ld", now() - begin);
            next(took);
        }
        """;

    private const string Disk = """
        #define FLAGS O_RDWR | O_DIRECT
        void writes(void) { for (int i = 0; i < 32; i++) put(256 << 10, i * (256L << 10)); }
        void reads(void) { for (int i = 0; i < 64; i++) get(64 << 10, i * (64L << 10)); }
        void large(void) { get(8 << 20, 0); }
        void syncs(void) { fsync(file); }
        void sync_it(void) { syncs(); }
        static void work(void) { writes(); reads(); large(); sync_it(); }
        """;

    internal const string Files = """
        #define FLAGS O_RDWR | O_CREAT
        static int pair[2];
        void writes(void) { for (int i = 0; i < 48; i++) put(64 << 10, i * (64L << 10)); }
        void reads(void) { for (int i = 0; i < 256; i++) get(4 << 10, i * (4L << 10)); }
        void past_the_end(void) { pread(file, buffer, 4096, 1L << 40); }
        void end(void) { past_the_end(); }
        void talk(void) { send(pair[0], buffer, 4096, 0); read(pair[1], buffer, 4096); }
        static void work(void) { socketpair(AF_UNIX, SOCK_STREAM, 0, pair); writes(); reads(); end(); talk(); }
        """;

    [Fact]
    public async Task A_disk_has_the_bytes_that_were_asked_of_it()
    {
        await using var disk = await BareDisk.MakeAsync(16 * MiB);
        await using var program = new CompiledProgram("diskuser", Program(disk.Path, Disk));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new IoOptions { Interval = 1, Weight = ProfileUnit.Bytes, Target = Only(process) });
        long took = await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Profile profile = profiler.Profile;

        Assert.Equal(["diskuser"], profile.Processes());
        string device = $"[disk {disk.Name}]";
        Assert.True(profile.Bytes("writes", device, "[write]") == 8 * MiB, profile.Text());
        Assert.Equal(32, profile.Count("writes", device, "[write]"));
        Assert.Equal((4 * MiB, 64), (profile.Bytes("reads", device, "[read]"), profile.Count("reads", device, "[read]")));
        // More than a request can have: it is split.
        Assert.Equal(8 * MiB, profile.Bytes("large", device, "[read]"));
        Assert.True(profile.Count("sync_it", device, "[flush]") > 0, profile.Text());
        Assert.Equal(0, profile.Bytes("[flush]"));
        // One after the other, but for the parts of the large one: all of it lay within the time that it took.
        Assert.InRange(Nanoseconds(profile, "writes") + Nanoseconds(profile, "reads"), 1, took);
        profile.AssertComplete();
    }

    [Fact]
    public async Task A_disk_that_is_written_through_the_page_cache_has_all_bytes_of_merged_requests()
    {
        await using var disk = await BareDisk.MakeAsync(16 * MiB);
        await using var program = new CompiledProgram("cacheuser", Program(disk.Path, """
            #define FLAGS O_RDWR
            void flushes(void) { fsync(file); }
            static void work(void) { put(8 << 20, 0); flushes(); }
            """));
        Process process = await program.StartAsync();
        // Whoever writes it back.
        using HookedProfiler profiler = Start(new IoOptions { Interval = 1, Weight = ProfileUnit.Bytes });
        await CompiledProgram.FinishAsync(process);
        await TakenProfile.MeetsAsync(profiler, so => so.Bytes($"[disk {disk.Name}]", "[write]") >= 8 * MiB, "all written");
        profiler.Stop();
        Assert.Equal(8 * MiB, profiler.Profile.Bytes($"[disk {disk.Name}]", "[write]"));
        profiler.Profile.AssertBalanced();
    }

    [Fact]
    public async Task A_file_has_the_bytes_that_were_read_and_written_by_name_and_no_other_file_has()
    {
        await using var folder = new MemoryFolder();
        await using var program = new CompiledProgram("fileuser", Program(folder.File("log/some.data"), Files));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new IoOptions { Layer = IoLayer.File, Interval = 1, Target = Only(process) });
        long took = await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Profile profile = profiler.Profile;

        Assert.Equal(["fileuser"], profile.Processes());
        string file = $"[file {MemoryFolder.Inside("log/some.data")} on tmpfs]";
        Assert.True(profile.Bytes("writes", file, "[write]") == 3 * MiB, profile.Text());
        Assert.Equal(48, profile.Count("writes", file, "[write]"));
        Assert.Equal((MiB, 256), (profile.Bytes("reads", file, "[read]"), profile.Count("reads", file, "[read]")));
        Assert.Equal((0, 1), (profile.Bytes("end"), profile.Count("end", file, "[read]")));
        Assert.Equal(0, profile.Count("talk"));
        Assert.InRange(Nanoseconds(profile, file), 1, took);
        Assert.True(profile.Kernel.Filtered > 0);
        profile.AssertComplete();
    }

    [Fact]
    public async Task Calls_that_are_drawn_by_chance_have_the_same_sums()
    {
        await using var folder = new MemoryFolder();
        await using var program = new CompiledProgram("fileuser", Program(folder.File("data"), Files.Replace("writes(); reads();", "for (int i = 0; i < 200; i++) { writes(); reads(); }", StringComparison.Ordinal)));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new IoOptions { Layer = IoLayer.File, Interval = 64 * KiB, Weight = ProfileUnit.Bytes, Target = Only(process) });
        await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Profile profile = profiler.Profile;

        // Some 3,200 of 51,200 reads: three points of all are seven deviations.
        double all = 200 * 4 * MiB;
        Assert.InRange(profile.Bytes("writes") / all, 0.75 - ThreePoints, 0.75 + ThreePoints);
        Assert.InRange(profile.Bytes("reads") / all, 0.25 - ThreePoints, 0.25 + ThreePoints);
        Assert.InRange(profile.Count("reads") / 51_200.0, 1 - 4 * ThreePoints, 1 + 4 * ThreePoints);
        Assert.True(profile.Kernel.Brief > profile.Kernel.Sampled);
        profile.AssertComplete();
    }

    [Fact]
    public async Task Threads_that_ended_have_no_place_any_more()
    {
        await using var program = new CompiledProgram("threads", OffCpu.OffCpuKernelTests.Threads("char one; int file = open(\"/proc/self/exe\", O_RDONLY); if (read(file, &one, 1) != 1) return 0; close(file)"));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new IoOptions { Layer = IoLayer.File, Interval = 1, Target = Only(process) });
        await CompiledProgram.FinishAsync(process);
        profiler.Take();
        Assert.True(profiler.Profile.Count("threads", "[read]") >= 200, profiler.Profile.Text());
        var places = new IoBpf(profiler.Loaded);
        await TakenProfile.MeetsAsync(profiler, _ => places.Calls.Dump(new uint[1024], new ulong[1024]) <= 1, "the place of the first thread alone");
    }

    // It takes some seconds, and an emulated CPU does too little in that time.
    [Fact]
    [Trait("kernels", "one")]
    public async Task More_stacks_than_asked_for_are_not_taken_and_sums_are_the_same()
    {
        await using var folder = new MemoryFolder();
        await using var program = new CompiledProgram("fileuser", Program(folder.File("data"), Files.Replace("writes(); reads();", "for (int i = 0; i < 4000; i++) { writes(); reads(); }", StringComparison.Ordinal)));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new IoOptions { Layer = IoLayer.File, Weight = ProfileUnit.Bytes, MostStacks = 100, Target = Only(process) });
        await TakenProfile.WhileAsync(profiler, CompiledProgram.FinishAsync(process));
        profiler.Stop();
        Profile profile = profiler.Profile;

        double all = 4000 * 4 * MiB;
        Assert.InRange(profile.Bytes("fileuser") / all, 1 - 4 * ThreePoints, 1 + 4 * ThreePoints);
        // Without the bound, as up to the first look, one call in three would be taken.
        Assert.True(profile.Kernel.Stacks < profile.Kernel.Seen / 20, $"{profile.Kernel.Stacks} stacks of {profile.Kernel.Seen} calls");
        profile.AssertComplete();
    }

    [Fact]
    public async Task What_is_shorter_than_asked_for_is_only_counted()
    {
        await using var folder = new MemoryFolder();
        await using var program = new CompiledProgram("fileuser", Program(folder.File("data"), Files));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = Start(new IoOptions { Layer = IoLayer.File, MinDuration = TimeSpan.FromHours(1), Target = Only(process) });
        await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Assert.Empty(profiler.Profile.Processes());
        Assert.True(profiler.Profile.Kernel.Brief >= 304);
        profiler.Profile.AssertComplete();
    }

    private static ProfileTarget Only(Process process) => new() { Tgid = (uint)process.Id };

    private static long Nanoseconds(Profile profile, string frame) =>
        Enumerable.Range(1, profile.Stacks.Count - 1).Where(node => profile.Stacks.Path(node).Any(at => profile.Frames[at].Name == frame)).Sum(node => profile.Stacks[node].Nanoseconds);

    internal static HookedProfiler Start(IoOptions options)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        Assert.Null(IoProfiler.Lacks(kernel, btf));
        return IoProfiler.Start(options, SymbolSource.Loaded(), kernel);
    }
}
