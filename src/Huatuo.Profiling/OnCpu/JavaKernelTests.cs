using System.Diagnostics;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OnCpu;

/// <summary>A program of Java, compiled by its runtime, that spends seven parts of ten of its time in one method and three in another.</summary>
[Trait("kernels", "one")]
public sealed class JavaKernelTests
{
    private const double ThreePoints = 0.03;
    private const int Frequent = 1999, Enough = 4000;

    // Both turn the same loop. It is compiled before it is ready, as all are that are called often enough.
    private const string Spin = """
        public final class Spin {
            private static volatile long sum;

            private static void add(long times) {
                for (long i = 0; i < times; i++)
                    sum += i;
            }

            static void heavy(long times) { add(7 * times); }

            static void light(long times) { add(3 * times); }

            public static void main(String[] arguments) {
                for (int i = 0; i < 50000; i++) {
                    heavy(1);
                    light(1);
                }
                System.out.println("ready");
                for (;;) {
                    heavy(500000);
                    light(500000);
                }
            }
        }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("kernels", "one")]
    public async Task With_frame_pointers_methods_have_their_shares_and_callers(bool hasTables)
    {
        Profile profile = await TakeAsync(hasTables, "-XX:+PreserveFramePointer");
        double heavy = profile.Share("void Spin.heavy(long)"), light = profile.Share("void Spin.light(long)");
        Assert.True(heavy is >= 0.7 - ThreePoints and <= 0.7 + ThreePoints && light is >= 0.3 - ThreePoints and <= 0.3 + ThreePoints, $"{heavy}, {light}: {profile.Text()}");
        foreach (string function in (string[])["JavaMain", "Interpreter", "void Spin.add(long)"])
            Assert.True(profile.Share(function) > 0.97, profile.Text());
        if (hasTables)
            Assert.True(profile.Unwinding?.Mixed > 0.97 * profile.Kernel.Sampled, profile.Text());
        profile.AssertComplete();
    }

    [Fact]
    [Trait("kernels", "one")]
    public async Task Without_them_only_the_innermost_method_is_told_and_its_stack_counted_as_broken()
    {
        Profile profile = await TakeAsync(hasTables: true, "-XX:-PreserveFramePointer");
        Assert.True(profile.Share("void Spin.add(long)") > 0.97, profile.Text());
        // The callers are the innermost themselves for some nanoseconds between two loops of milliseconds.
        double callers = profile.Share(name => name.EndsWith("Spin.heavy(long)", StringComparison.Ordinal) || name.EndsWith("Spin.light(long)", StringComparison.Ordinal));
        Assert.True(callers < 0.005, profile.Text());
        Assert.True(profile.Unwinding?.Broken > 0.97 * profile.Kernel.Sampled, profile.Text());
        profile.AssertComplete();
    }

    private static async Task<Profile> TakeAsync(bool hasTables, string option)
    {
        Assert.SkipUnless(!hasTables || Unwinder.IsSupported, "the tables are those of x86_64");
        Assert.SkipUnless(File.Exists("/usr/bin/javac"), "this machine lacks a JDK (Debian: default-jdk-headless)");
        await using CompiledProgram program = CompiledProgram.OfJava("Spin", Spin);
        // Methods are compiled before they go on, and stay methods of their own.
        Process process = await program.StartAsync("java", option, "-Xbatch", "-XX:CompileCommand=quiet", "-XX:CompileCommand=dontinline,Spin.*", "-jar");
        try
        {
            Command.Run("", "jcmd", $"{process.Id}", "Compiler.perfmap");
            using Unwinder? unwinder = hasTables ? new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, TimeProvider.System) : null;
            using OnCpuProfiler profiler = OnCpuProfiler.Start(
                new OnCpuOptions { Frequency = Frequent, Target = new ProfileTarget { Tgid = (uint)process.Id }, Unwinder = unwinder }, SymbolSource.Loaded(), new OnlineCpus());
            return await TakenProfile.UntilAsync(profiler, so => so.Kernel.Sampled >= Enough, "samples");
        }
        finally
        {
            // Asked to, it takes what it has put into /tmp away itself.
            Command.Run("", "kill", $"{process.Id}");
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            File.Delete($"/tmp/perf-{process.Id}.map");
        }
    }
}
