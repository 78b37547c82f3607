using System.Diagnostics;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Rings;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Kallsyms;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OnCpu;

/// <summary>A program of Python, by an interpreter without frame pointers, that spends three parts of its time in one function and one in another.</summary>
public sealed class PythonKernelTests
{
    private const double ThreePoints = 0.03;
    private const int Frequent = 1999, Enough = 4000;

    private const string Spin = """
        def add(times):
            total = 0
            for i in range(times):
                total += i
            return total
        def heavy():
            return add(300000)
        def light():
            return add(100000)
        def main():
            print('ready', flush=True)
            while True:
                heavy()
                light()
        main()
        """;

    [Fact]
    [Trait("kernels", "one")]
    public async Task Functions_of_Python_have_their_shares_and_callers()
    {
        Assert.SkipUnless(Unwinder.IsSupported, "the tables are those of x86_64");
        string root = DebianRoot.Of("python3.13");
        await using CompiledProgram program = CompiledProgram.OfScript("spin.py", Spin);
        Process process = await program.StartAsync(DebianRoot.Prefix(root, "/usr/bin/python3.13", "-X", "perf"));
        try
        {
            using var unwinder = new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, TimeProvider.System);
            using OnCpuProfiler profiler = OnCpuProfiler.Start(
                new OnCpuOptions { Frequency = Frequent, Target = new ProfileTarget { Tgid = (uint)process.Id }, Unwinder = unwinder }, KernelSymbols.Load(), new OnlineCpus());
            Profile profile = await TakenProfile.UntilAsync(profiler, so => so.Kernel.Sampled >= Enough, "samples");
            Assert.InRange(profile.Share(Name("heavy")), 0.75 - ThreePoints, 0.75 + ThreePoints);
            Assert.InRange(profile.Share(Name("light")), 0.25 - ThreePoints, 0.25 + ThreePoints);
            foreach (string caller in (string[])["<module>", "main", "add"])
                Assert.True(profile.Share(Name(caller)) > 0.97, profile.Text());
            Assert.True(profile.Share("_start") > 0.97, profile.Text());
            profile.AssertComplete();
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            File.Delete($"/tmp/perf-{process.Id}.map");
        }
    }

    private static Func<string, bool> Name(string function) => frame => frame.StartsWith($"py::{function}:", StringComparison.Ordinal);
}
