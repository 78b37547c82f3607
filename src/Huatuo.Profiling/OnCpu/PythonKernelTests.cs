using System.Diagnostics;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.OnCpu;

/// <summary>A program of Python, by an interpreter without frame pointers, that spends three parts of its time in one function and one in another.</summary>
public sealed class PythonKernelTests
{
    private const double ThreePoints = 0.03;
    private const int Frequent = 1999, Enough = 4000;

    // Numbers stay small: to compute with those above 2^30 takes longer, and the one function would have more of them than the other.
    private const string Spin = """
        def add(times):
            total = 0
            for i in range(times):
                total ^= i
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

    [Theory]
    [InlineData("python3.13")]
    [InlineData("python3.14")]
    [Trait("kernels", "one")]
    public async Task Functions_of_Python_have_their_shares_and_callers(string interpreter)
    {
        Assert.SkipUnless(Unwinder.IsSupported, "the tables are those of x86_64");
        string root = DebianRoot.Of(interpreter);
        await using CompiledProgram program = CompiledProgram.OfScript("spin.py", Spin);
        Process process = await program.StartAsync(DebianRoot.Prefix(root, "/usr/bin/" + interpreter, "-X", "perf"));
        try
        {
            using var unwinder = new Unwinder(UnwindMode.Tables, Unwinder.DefaultBytes, TimeProvider.System);
            using OnCpuProfiler profiler = OnCpuProfiler.Start(
                new OnCpuOptions { Frequency = Frequent, Target = new ProfileTarget { Tgid = (uint)process.Id }, Unwinder = unwinder }, SymbolSource.Loaded(), new OnlineCpus());
            Profile profile = await TakenProfile.UntilAsync(profiler, so => so.Kernel.Sampled >= Enough, "samples");
            Assert.InRange(profile.Share(Name("heavy")), 0.75 - ThreePoints, 0.75 + ThreePoints);
            Assert.InRange(profile.Share(Name("light")), 0.25 - ThreePoints, 0.25 + ThreePoints);
            foreach (string caller in (string[])["<module>", "main", "add"])
                Assert.True(profile.Share(Name(caller)) > 0.97, profile.Text());
            UnwindKernelTests.AssertWhole(profile, ["_start"]);
            profile.AssertComplete();
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            File.Delete($"/tmp/perf-{process.Id}.map");
        }
    }

    // As interpreters do it that are built without frame pointers; all of its own functions keep the stack by the base pointer.
    private const string Trampolines = """
        #include <stdio.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <unistd.h>
        #define APART __attribute__((noinline, noclone))
        enum what { MAIN, HEAVY, LIGHT, FUNCTIONS };
        typedef long (*evaluator)(long what, long, int);
        typedef long (*trampoline)(long what, long, int, evaluator);
        static const char code[] = CODE;
        static const char *const names[] = { "main", "heavy", "light" };
        static trampoline functions[FUNCTIONS];
        static volatile unsigned long sum;
        APART static void spin(unsigned long times) { for (unsigned long i = 0; i < times; i++) sum += i; }
        APART long evaluate(long what, long unused, int flag);
        APART static long call(long what) { volatile char *room = __builtin_alloca(what + 16); room[what] = 1; return functions[what](what, 0, 0, evaluate) + room[what]; }
        APART long evaluate(long what, long unused, int flag)
        {
            volatile char *room = __builtin_alloca(what + 40);
            room[what] = flag;
            if (what == MAIN)
                for (;;)
                    sum += call(HEAVY) + call(LIGHT);
            spin(what == HEAVY ? 6000000 : 2000000);
            return room[what] + unused;
        }
        int main(void)
        {
            char map[64], *arena = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            FILE *file;
            sprintf(map, "/tmp/perf-%d.map", getpid());
            file = fopen(map, "w");
            for (int i = 0; i < FUNCTIONS; i++) {
                functions[i] = (trampoline)memcpy(arena + i * (sizeof(code) - 1), code, sizeof(code) - 1);
                fprintf(file, "%lx %lx py::%s:\n", (unsigned long)functions[i], (unsigned long)sizeof(code) - 1, names[i]);
            }
            fclose(file);
            if (mprotect(arena, 1 << 16, PROT_READ | PROT_EXEC))
                return 1;
            puts("ready");
            fflush(stdout);
            return call(MAIN);
        }
        """;

    [Theory]
    [InlineData("3.12", "4883ec08ffd14883c408c3")]
    [InlineData("3.14", "554889e5ffd15dc3")]
    [InlineData("3.14 that protects branches", "f30f1efa554889e5ffd15dc3")]
    public async Task What_an_interpreter_puts_between_functions_leads_to_the_caller(string interpreter, string code)
    {
        Assert.SkipUnless(Unwinder.IsSupported, "the tables are those of x86_64");
        string bytes = string.Concat(Convert.FromHexString(code).Select(value => $"\\x{value:x2}"));
        await using var program = new CompiledProgram("trampolines", Trampolines, "-O2", "-fomit-frame-pointer", "-fno-optimize-sibling-calls", $"-DCODE=\"{bytes}\"");
        Process process = await program.StartAsync();
        try
        {
            using var unwinder = new Unwinder(UnwindMode.Tables, Unwinder.DefaultBytes, TimeProvider.System);
            using OnCpuProfiler profiler = OnCpuProfiler.Start(
                new OnCpuOptions { Frequency = Frequent, Target = new ProfileTarget { Tgid = (uint)process.Id }, Unwinder = unwinder }, SymbolSource.Loaded(), new OnlineCpus());
            Profile profile = await TakenProfile.UntilAsync(profiler, so => so.Kernel.Sampled >= Enough, "samples");
            Assert.InRange(profile.Share(Name("heavy")), 0.75 - ThreePoints, 0.75 + ThreePoints);
            Assert.InRange(profile.Share(Name("light")), 0.25 - ThreePoints, 0.25 + ThreePoints);
            Assert.True(profile.Share(Name("main")) > 0.98, $"{interpreter}: {profile.Text()}");
            UnwindKernelTests.AssertWhole(profile, ["_start", "main", "call", "evaluate"]);
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
