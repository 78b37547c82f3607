using System.Diagnostics;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.Profiling.Unwinding;

/// <summary>Stacks without frame pointers beside those of perf, which copies stacks out of the kernel and follows them later.</summary>
public sealed class PerfStacksKernelTests
{
    private const double ThreePoints = 0.03;
    private const int Frequent = 1999, Enough = 6000;

    [Fact]
    [Trait("kernels", "one")]
    public async Task Perf_tells_the_same_callers_of_the_same_load()
    {
        Assert.SkipUnless(Unwinder.IsSupported, "the tables are those of x86_64");
        Assert.SkipUnless(File.Exists("/usr/bin/perf"), "this machine lacks perf (Debian: linux-perf)");
        await using CompiledProgram program = UnwindKernelTests.Compile("deep", "deep");
        Process process = await program.StartAsync();
        string data = program.Path + ".data";
        using Process perf = Command.Start(
            "perf", "record", "--quiet", "--event", "cpu-clock", "--freq", $"{Frequent / 2}", "--call-graph", "dwarf", "--pid", $"{process.Id}", "--output", data);
        Task<string> said = perf.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var unwinder = new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, TimeProvider.System);
        using OnCpuProfiler profiler = OnCpuProfiler.Start(
            new OnCpuOptions { Frequency = Frequent, Target = new ProfileTarget { Tgid = (uint)process.Id }, Unwinder = unwinder }, SymbolSource.Loaded(), new OnlineCpus());
        Profile profile = await TakenProfile.UntilAsync(profiler, so => so.Kernel.Sampled >= Enough, "samples");
        Command.Run("", "kill", "-INT", $"{perf.Id}");
        await perf.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(File.Exists(data), await said);

        string[] theirs = Command.Run("", "perf", "script", "--input", data, "--fields", "ip,sym").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(theirs.Length > Enough / 6, $"{theirs.Length} samples");
        foreach (string function in (string[])["heavy", "light", "_start", .. UnwindKernelTests.Steps])
        {
            double share = (double)theirs.Count(stack => stack.Split('\n').Any(line => line.EndsWith(" " + function, StringComparison.Ordinal))) / theirs.Length;
            Assert.True(Math.Abs(profile.Share(function) - share) <= ThreePoints, $"{function}: {profile.Share(function)} here, {share} there\n{theirs[0]}\n{profile.Text()}");
        }
    }
}
