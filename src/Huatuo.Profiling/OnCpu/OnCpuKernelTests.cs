using System.Diagnostics;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.PerfEvents;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Profiling.OnCpu;

/// <summary>Programs that spend their time in a known way.</summary>
public sealed class OnCpuKernelTests
{
    private const string Id = "0bc0ffee0bc0ffee0bc0ffee0bc0ffee0bc0ffee0bc0ffee0bc0ffee0bc0ffee";
    private const int Frequent = 1999, Enough = 4000;
    private const double ThreePoints = 0.03;

    private const string ThreeToOne = """
        #include <stdio.h>
        static volatile unsigned long sum;
        void heavy(void) { for (unsigned long i = 0; i < 6000000; i++) sum += i; }
        void light(void) { for (unsigned long i = 0; i < 2000000; i++) sum += i; }
        int main(void) { puts("ready"); fflush(stdout); for (;;) { heavy(); light(); } }
        """;

    [Fact]
    public async Task Functions_have_the_shares_of_their_work_and_nothing_of_another_process()
    {
        await using var program = new CompiledProgram("threetoone", ThreeToOne);
        await using var rival = new CompiledProgram("rival", ThreeToOne);
        Process process = await program.StartAsync();
        await rival.StartAsync();
        Profile profile = await TakeAsync(new ProfileTarget { Tgid = (uint)process.Id }, Enough);

        Assert.Equal(["threetoone"], profile.Processes());
        Assert.InRange(profile.Share("heavy"), 0.75 - ThreePoints, 0.75 + ThreePoints);
        Assert.InRange(profile.Share("light"), 0.25 - ThreePoints, 0.25 + ThreePoints);
        Assert.True(profile.Share("main") > 0.97, profile.Text());
        AssertBalanced(profile);
        Assert.True(profile.Kernel.Filtered > 0);
    }

    [Fact]
    public async Task A_program_that_was_deleted_and_stripped_of_its_symbols_says_what_it_can()
    {
        await using var program = new CompiledProgram("deleted", ThreeToOne);
        await using var stripped = new CompiledProgram("stripped", ThreeToOne, "-s");
        Process known = await program.StartAsync(), unknown = await stripped.StartAsync();
        File.Delete(program.Path);

        Profile profile = await TakeAsync(new ProfileTarget { Tgid = (uint)known.Id }, 200);
        Assert.True(profile.Share("heavy") > 0.5, profile.Text());

        profile = await TakeAsync(new ProfileTarget { Tgid = (uint)unknown.Id }, 200);
        Assert.Contains(";[unknown] stripped+0x", profile.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("heavy", profile.Text(), StringComparison.Ordinal);
        Assert.True(profile.Symbols.Nameless > 0);
    }

    [Fact]
    public async Task A_stripped_program_with_packed_symbols_has_its_shares()
    {
        await using var program = new CompiledProgram("packed", ThreeToOne.Replace("void heavy", "static __attribute__((noinline)) void heavy", StringComparison.Ordinal));
        string symbols = program.Path + ".symbols";
        Command.Run("", "objcopy", "-S", "--keep-symbol=heavy", "--keep-symbol=light", "--keep-symbol=main", program.Path, symbols);
        Command.Run("", "xz", symbols);
        Command.Run("", "objcopy", "--strip-all", "--add-section", $".gnu_debugdata={symbols}.xz", program.Path);
        Process process = await program.StartAsync();
        Profile profile = await TakeAsync(new ProfileTarget { Tgid = (uint)process.Id }, Enough);

        Assert.InRange(profile.Share("heavy"), 0.75 - ThreePoints, 0.75 + ThreePoints);
        Assert.InRange(profile.Share("light"), 0.25 - ThreePoints, 0.25 + ThreePoints);
        Assert.Equal(0, profile.Symbols.PackedUnread);
    }

    [Fact]
    public async Task A_container_is_all_processes_of_its_cgroup_and_those_below()
    {
        await using var inside = new CompiledProgram("inside", ThreeToOne);
        await using var outside = new CompiledProgram("outside", ThreeToOne);
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        await inside.StartAsync(cgroup);
        await outside.StartAsync();

        Assert.Equal(["inside"], (await TakeAsync(new ProfileTarget { CgroupId = CgroupId(cgroup.Path) }, 200)).Processes());
        Assert.Equal(["inside"], (await TakeAsync(new ProfileTarget { CgroupId = CgroupId(Path.GetDirectoryName(cgroup.Path)!) }, 200)).Processes());
        await using var empty = new MemoryCgroup();
        using OnCpuProfiler profiler = Start(new ProfileTarget { CgroupId = CgroupId(empty.Path) });
        Profile none = await TakenProfile.UntilAsync(profiler, profile => profile.Kernel.Filtered > 200, "samples of others");
        Assert.Empty(none.Processes());
        AssertBalanced(none);
    }

    [Fact]
    public async Task Only_the_CPUs_asked_for_are_sampled()
    {
        int last = Environment.ProcessorCount - 1;
        Assert.SkipUnless(last > 0, "this machine has one CPU");
        await using var here = new CompiledProgram("here", ThreeToOne);
        await using var there = new CompiledProgram("there", ThreeToOne);
        Process process = await here.StartAsync("taskset", "-c", $"{last}");
        await there.StartAsync("taskset", "-c", "0");
        Profile profile = await TakeUntilAsync(new ProfileTarget { Cpus = [last] }, so => so.Processes().Contains("here"));
        Assert.DoesNotContain("there", profile.Processes());
    }

    [Fact]
    public async Task A_thread_is_told_from_the_others_of_its_process()
    {
        await using var program = new CompiledProgram("threads", """
            #define _GNU_SOURCE
            #include <pthread.h>
            #include <stdio.h>
            #include <unistd.h>
            static volatile unsigned long sum;
            void by_thread(void) { for (;;) sum++; }
            void by_main(void) { for (;;) sum++; }
            void *run(void *unused) { printf("ready\n%d\n", gettid()); fflush(stdout); by_thread(); return unused; }
            int main(void) { pthread_t thread; pthread_create(&thread, 0, run, 0); by_main(); }
            """);
        Process process = await program.StartAsync();
        uint tid = uint.Parse((await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, System.Globalization.CultureInfo.InvariantCulture);

        Profile profile = await TakeAsync(new ProfileTarget { Tid = tid }, 200);
        Assert.True(profile.Share("by_thread") > 0.95, profile.Text());
        Assert.Equal(0, profile.Share("by_main"));
        Profile both = await TakeUntilAsync(new ProfileTarget { Tgid = (uint)process.Id }, so => so.Within("by_main") > 0 && so.Within("by_thread") > 0);
        Assert.Equal(["threads"], both.Processes());
    }

    [Fact]
    public async Task Calls_into_the_kernel_stand_above_the_functions_that_made_them()
    {
        await using var program = new CompiledProgram("reader", """
            #include <fcntl.h>
            #include <stdio.h>
            #include <unistd.h>
            static char buffer[1 << 20];
            void read_zeros(int file) { for (;;) if (read(file, buffer, sizeof(buffer)) < 0) return; }
            int main(void) { puts("ready"); fflush(stdout); read_zeros(open("/dev/zero", O_RDONLY)); }
            """);
        Process process = await program.StartAsync();
        Profile profile = await TakeAsync(new ProfileTarget { Tgid = (uint)process.Id }, 300);
        // The C library keeps no frame pointers: who calls it is not seen, but the one before is.
        Assert.True(profile.Share("main") > 0.95, profile.Text());
        Assert.True(profile.Share("vfs_read") > 0.8, profile.Text());
        Assert.Contains(profile.Text().Split('\n'), line => line.Contains(";main;", StringComparison.Ordinal) && line.Contains("read;", StringComparison.Ordinal) && line.Contains(";vfs_read_[k];", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_code_that_the_kernel_lends_has_names()
    {
        await using var program = new CompiledProgram("clockwatcher", """
            #include <stdio.h>
            #include <time.h>
            int main(void) { struct timespec now; puts("ready"); fflush(stdout); for (;;) clock_gettime(CLOCK_MONOTONIC, &now); }
            """);
        Process process = await program.StartAsync();
        Profile profile = await TakeAsync(new ProfileTarget { Tgid = (uint)process.Id }, 200);
        string symbol = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? "clock_gettime" : "__kernel_clock_gettime";
        Assert.Contains(Enumerable.Range(0, profile.Frames.Count), frame => profile.Frames[frame].Module == "[vdso]" && profile.Frames[frame].Name.Contains(symbol, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Code_that_a_program_made_has_the_names_of_its_map()
    {
        Assert.SkipUnless(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "the code that is made is that of x86_64");
        await using var program = new CompiledProgram("maker", """
            #define _GNU_SOURCE
            #include <stdio.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <unistd.h>
            int main(void)
            {
                static const unsigned char code[] = { 0x48, 0xff, 0xcf, 0x75, 0xfb, 0xc3 }; /* until it is 0: dec %rdi */
                void *memory = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                char path[64];
                FILE *map;
                memcpy(memory, code, sizeof(code));
                sprintf(path, "/tmp/perf-%d.map", getpid());
                map = fopen(path, "w");
                fprintf(map, "%lx %zx made by hand\n", (unsigned long)memory, sizeof(code));
                fclose(map);
                puts("ready");
                fflush(stdout);
                for (;;)
                    ((void (*)(long))memory)(100000000);
            }
            """);
        Process process = await program.StartAsync();
        string map = $"/tmp/perf-{process.Id}.map";
        try
        {
            Profile profile = await TakeAsync(new ProfileTarget { Tgid = (uint)process.Id }, 200);
            Assert.True(profile.Share("made by hand") > 0.95, profile.Text());
        }
        finally
        {
            File.Delete(map);
        }
    }

    [Fact]
    [Trait("kernels", "one")]
    public async Task A_managed_program_has_the_names_that_its_runtime_writes()
    {
        using Process process = await ManagedSpinner.StartAsync();
        try
        {
            Profile profile = await TakeAsync(new ProfileTarget { Tgid = (uint)process.Id }, 300);
            Assert.Contains(ManagedSpinner.Function, profile.Text(), StringComparison.Ordinal);
            string[] lines = profile.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            long inFunction = lines.Where(line => line.Contains(ManagedSpinner.Function, StringComparison.Ordinal)).Sum(Samples), all = lines.Sum(Samples);
            Assert.True(inFunction > 0.9 * all, profile.Text());
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            foreach (string left in (ReadOnlySpan<string>)[$"/tmp/perf-{process.Id}.map", $"/tmp/perfinfo-{process.Id}.map"])
                File.Delete(left);
        }
    }

    [Fact]
    public async Task What_has_no_room_in_the_kernel_is_counted()
    {
        await using var program = new CompiledProgram("threetoone", ThreeToOne);
        Process process = await program.StartAsync();
        using OnCpuProfiler profiler = OnCpuProfiler.Start(
            new OnCpuOptions { Frequency = Frequent, Target = new ProfileTarget { Tgid = (uint)process.Id }, KernelStacks = 1 }, SymbolSource.Loaded(), new OnlineCpus());
        Profile profile = await TakenProfile.UntilAsync(profiler, so => so.Kernel.Lost > 10 && so.Kernel.Sampled > 10, "lost samples");
        AssertBalanced(profile);
        Assert.Equal((long)profile.Kernel.Sampled, Enumerable.Range(0, profile.Stacks.Count).Sum(node => profile.Stacks[node].Count));
    }

    [Fact]
    public void CPUs_that_come_and_go_are_followed()
    {
        string sys = Directory.CreateTempSubdirectory("huatuo-online-").FullName;
        string list = Path.Combine(sys, "devices/system/cpu/online");
        Directory.CreateDirectory(Path.GetDirectoryName(list)!);
        try
        {
            var bpf = new OncpuBpf(BpfImages.Open(OncpuBpf.ObjectName));
            using (bpf.Object)
            {
                bpf.Object.Load();
                File.WriteAllText(list, "0\n");
                BpfProgram program = bpf.Object.LoadedPrograms().Single();
                using var samplers = new CpuSamplers(cpu => CpuSampler.StartClock(cpu, TimeSpan.FromMilliseconds(10), program), null, new OnlineCpus(sys));
                samplers.Follow();
                Assert.Equal([0], samplers.Cpus);
                File.WriteAllText(list, $"0-{Environment.ProcessorCount - 1}\n");
                samplers.Follow();
                Assert.Equal(Enumerable.Range(0, Environment.ProcessorCount), samplers.Cpus.Order());
                File.WriteAllText(list, "0\n");
                samplers.Follow();
                Assert.Equal([0], samplers.Cpus);
            }
        }
        finally
        {
            Directory.Delete(sys, recursive: true);
        }
    }

    private static void AssertBalanced(Profile profile)
    {
        ProfileCounters kernel = profile.Kernel;
        Assert.Equal(kernel.Seen, kernel.Idle + kernel.Filtered + kernel.Brief + kernel.Lost + kernel.Sampled);
    }

    private static long Samples(string line) => long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    private static OnCpuProfiler Start(ProfileTarget target) =>
        OnCpuProfiler.Start(new OnCpuOptions { Frequency = Frequent, Target = target }, SymbolSource.Loaded(), new OnlineCpus());

    private static Task<Profile> TakeAsync(ProfileTarget target, int samples) => TakeUntilAsync(target, profile => profile.Kernel.Sampled >= (ulong)samples);

    private static async Task<Profile> TakeUntilAsync(ProfileTarget target, Func<Profile, bool> enough)
    {
        using OnCpuProfiler profiler = Start(target);
        Profile profile = await TakenProfile.UntilAsync(profiler, enough, "samples");
        Assert.Equal(0UL, profile.Kernel.Lost);
        Assert.Equal(0, profile.Dropped);
        return profile;
    }

    internal static ulong CgroupId(string path)
    {
        ulong found = 0;
        CgroupTree.TryRead(CgroupMounts.Load().IdentityPath!, (id, at) => found = at == path ? id : found);
        Assert.NotEqual(0UL, found);
        return found;
    }
}
