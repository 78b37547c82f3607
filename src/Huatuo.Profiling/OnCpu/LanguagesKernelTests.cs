using System.Diagnostics;
using System.Globalization;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Profiling.OnCpu;

/// <summary>Programs of several languages and kinds that spend three parts of their time in one function and one in another.</summary>
public sealed class LanguagesKernelTests
{
    private const string Id = "1a46a6e51a46a6e51a46a6e51a46a6e51a46a6e51a46a6e51a46a6e51a46a6e5";
    private const int Frequent = 1999, Enough = 4000;
    private const double ThreePoints = 0.03;

    // A turn is many times as long as what lies between two samples: a turn of about the same length is looked at in the same places
    // again and again. The loops lie alike, since some CPUs take twice as long for one that does not.
    private const string Leaves = """
        #include <stdio.h>
        static volatile unsigned long sum;
        __attribute__((noinline, aligned(64))) void heavy(void) { for (unsigned long i = 0; i < 6000000; i++) sum += i; }
        __attribute__((noinline, aligned(64))) void light(void) { for (unsigned long i = 0; i < 2000000; i++) sum += i; }
        int main(void) { puts("ready"); fflush(stdout); for (;;) { heavy(); light(); } }
        """;

    [Fact]
    public async Task C_without_frame_pointers_has_its_innermost_functions()
    {
        await using var program = new CompiledProgram("frameless", Leaves, "-O1", "-fomit-frame-pointer");
        AssertThreeToOne(await TakeAsync(await program.StartAsync()), "heavy", "light");
    }

    [Fact]
    public async Task Cpp_has_readable_names_and_all_callers()
    {
        await using CompiledProgram program = CompiledProgram.OfCpp("basket", """
            #include <cstdio>
            static volatile unsigned long sum;
            namespace shop {
            template <class T> struct Basket {
                void heavy(T n) { for (T i = 0; i < n; i++) sum += i; }
                void light(T n) { for (T i = 0; i < n; i++) sum += i; }
            };
            }
            int main() { std::puts("ready"); std::fflush(stdout); shop::Basket<unsigned long> basket; for (;;) { basket.heavy(6000000); basket.light(2000000); } }
            """);
        Profile profile = await TakeAsync(await program.StartAsync());
        AssertThreeToOne(profile, "shop::Basket::heavy", "shop::Basket::light");
        Assert.True(profile.Share("main") > 0.97, profile.Text());
    }

    [Fact]
    [Trait("kernels", "one")]
    public async Task Go_has_its_names_though_it_is_stripped()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/go"), "this machine lacks Go (Debian: golang-go)");
        await using CompiledProgram program = CompiledProgram.OfGo("gopher", """
            package main

            import "os"

            var sum uint64

            type Gopher struct{ step uint64 }

            //go:noinline
            func (g *Gopher) heavy() {
            	for i := uint64(0); i < 6000000; i++ {
            		sum += g.step
            	}
            }

            //go:noinline
            func light(step *uint64) {
            	for i := uint64(0); i < 2000000; i++ {
            		sum += *step
            	}
            }

            func main() {
            	os.Stdout.WriteString("ready\n")
            	gopher := &Gopher{1}
            	for {
            		gopher.heavy()
            		light(&gopher.step)
            	}
            }
            """);
        Profile profile = await TakeAsync(await program.StartAsync());
        AssertThreeToOne(profile, "main.(*Gopher).heavy", "main.light");
        // Their caller is left out: what calls nothing has no frame of its own.
        Assert.True(profile.Share("runtime.main") > 0.95, profile.Text());
    }

    [Fact]
    [Trait("kernels", "one")]
    public async Task Node_has_the_names_of_its_perf_map()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/node"), "this machine lacks Node.js (Debian: nodejs)");
        await using CompiledProgram program = CompiledProgram.OfScript("spin.js", """
            let sum = 0;
            function add(times) { for (let i = 0; i < times; i++) sum = (sum + i) | 0; }
            function heavy() { add(30000000); }
            function light() { add(10000000); }
            // Compiled before it is ready.
            for (let i = 0; i < 10; i++) { heavy(); light(); }
            console.log('ready');
            for (;;) { heavy(); light(); }
            """);
        // Both turn the same loop, since of two the compiler may know one better than the other: it is not inlined, and its callers are
        // compiled too, though they do nothing else (what is interpreted has no name of its own).
        Process process = await program.StartAsync("node", "--perf-basic-prof", "--no-turbo-inlining", "--always-sparkplug");
        try
        {
            Profile profile = await TakeAsync(process);
            AssertShares(profile, profile.Share(name => name.Contains("heavy ", StringComparison.Ordinal)), profile.Share(name => name.Contains("light ", StringComparison.Ordinal)));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            File.Delete($"/tmp/perf-{process.Id}.map");
        }
    }

    [Fact]
    public async Task A_container_without_symbols_has_the_shares_by_address()
    {
        await using var named = new CompiledProgram("named", Leaves);
        await using var nameless = new CompiledProgram("nameless", Leaves, "-s");
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        await nameless.StartAsync(cgroup);
        // The same source by the same compiler: with symbols they say where the functions of the other lie.
        string symbols = Command.Run("", "nm", "--print-size", named.Path);
        (ulong Start, ulong End) heavy = Lies(symbols, "heavy"), light = Lies(symbols, "light");

        Profile profile = await TakeAsync(new ProfileTarget { CgroupId = OnCpuKernelTests.CgroupId(cgroup.Path) });
        Assert.Equal(["nameless"], profile.Processes());
        AssertShares(profile, profile.Share(name => IsWithin(name, heavy)), profile.Share(name => IsWithin(name, light)));
    }

    [Fact]
    [Trait("kernels", "one")]
    public async Task Perf_tells_the_same_of_the_same_load()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/perf"), "this machine lacks perf (Debian: linux-perf)");
        await using var program = new CompiledProgram("both", Leaves);
        Process process = await program.StartAsync();
        string data = program.Path + ".data";
        using Process perf = Command.Start("perf", "record", "--quiet", "--event", "cpu-clock", "--freq", $"{Frequent}", "--pid", $"{process.Id}", "--output", data);
        Task<string> said = perf.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Profile profile = await TakeAsync(process);
        Command.Run("", "kill", "-INT", $"{perf.Id}");
        await perf.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(File.Exists(data), await said);

        string[] samples = Command.Run("", "perf", "script", "--input", data, "--fields", "ip,sym").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(samples.Length > Enough / 2, $"{samples.Length} samples");
        foreach (string function in (string[])["heavy", "light"])
        {
            double theirs = (double)samples.Count(sample => sample.EndsWith(" " + function, StringComparison.Ordinal)) / samples.Length;
            Assert.InRange(profile.Share(function), theirs - ThreePoints, theirs + ThreePoints);
        }
    }

    private static void AssertThreeToOne(Profile profile, string heavy, string light) => AssertShares(profile, profile.Share(heavy), profile.Share(light));

    private static void AssertShares(Profile profile, double heavy, double light)
    {
        Assert.True(heavy is >= 0.75 - ThreePoints and <= 0.75 + ThreePoints && light is >= 0.25 - ThreePoints and <= 0.25 + ThreePoints, $"{heavy}, {light}: {profile.Text()}");
        profile.AssertComplete();
    }

    private static (ulong Start, ulong End) Lies(string symbols, string function)
    {
        string[] fields = symbols.Split('\n').Single(line => line.EndsWith(" " + function, StringComparison.Ordinal)).Split(' ');
        ulong start = Number(fields[0]);
        return (start, start + Number(fields[1]));
    }

    private static bool IsWithin(string name, (ulong Start, ulong End) function)
    {
        const string prefix = "[unknown] nameless+0x";
        return name.StartsWith(prefix, StringComparison.Ordinal) && Number(name[prefix.Length..]) is ulong at && at >= function.Start && at < function.End;
    }

    private static ulong Number(string hex) => ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static Task<Profile> TakeAsync(Process process) => TakeAsync(new ProfileTarget { Tgid = (uint)process.Id });

    private static async Task<Profile> TakeAsync(ProfileTarget target)
    {
        using OnCpuProfiler profiler = OnCpuProfiler.Start(new OnCpuOptions { Frequency = Frequent, Target = target }, SymbolSource.Loaded(), new OnlineCpus());
        return await TakenProfile.UntilAsync(profiler, profile => profile.Kernel.Sampled >= Enough, "samples");
    }
}
