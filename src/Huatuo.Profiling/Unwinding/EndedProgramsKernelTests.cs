using System.Diagnostics;
using System.Globalization;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.Profiling.Unwinding;

/// <summary>Programs that are over before samples of them are taken.</summary>
public sealed class EndedProgramsKernelTests
{
    private const string Unknown = "[unknown]";

    [Fact]
    public async Task A_program_that_is_over_has_whole_stacks_and_names_by_what_was_seen_of_it()
    {
        await using CompiledProgram program = UnwindKernelTests.Compile("brief", "deep");
        Profile profile = await TakeAfterEndAsync(program, static _ => { });
        Assert.Contains("brief;_start;__libc_start_main", profile.Text(), StringComparison.Ordinal);
        Assert.Contains(string.Join(';', UnwindKernelTests.Steps), profile.Text(), StringComparison.Ordinal);
        // What was sampled before it was looked at has frames that are none.
        Assert.True(profile.Count("brief", "main", "step10", "heavy") > 50, profile.Text());
    }

    [Fact]
    public async Task Nothing_is_named_by_a_file_that_took_the_place_of_its_own()
    {
        await using CompiledProgram program = UnwindKernelTests.Compile("replaced", "deep"), other = UnwindKernelTests.Compile("other", "qsort");
        Profile profile = await TakeAfterEndAsync(program, path => File.Move(other.Path, path, overwrite: true));
        Assert.True(profile.Within("replaced") > 0, profile.Text());
        Assert.Equal(0, profile.Within("replaced", "heavy") + profile.Within("replaced", "step10") + profile.Within("replaced", "sorts"));
        Assert.Contains(profile.Text().Split('\n'), line => line.StartsWith("replaced;", StringComparison.Ordinal) && line.Contains($"{Unknown} replaced+0x", StringComparison.Ordinal));
    }

    // Of the whole machine, as one process that is asked for is looked at from the start.
    private static async Task<Profile> TakeAfterEndAsync(CompiledProgram program, Action<string> ended)
    {
        Assert.SkipUnless(Unwinder.IsSupported, "the tables are those of x86_64");
        using var unwinder = new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, TimeProvider.System);
        using OnCpuProfiler profiler = OnCpuProfiler.Start(new OnCpuOptions { Frequency = 999, Unwinder = unwinder }, SymbolSource.Loaded(), new OnlineCpus());
        Process process = await program.StartAsync();
        await UntilAsync(() =>
        {
            profiler.Look();
            return unwinder.Has((uint)process.Id);
        });
        long then = CpuTicks(process);
        await UntilAsync(() => CpuTicks(process) - then >= 30);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        ended(program.Path);
        profiler.Stop();
        return profiler.Profile;
    }

    private static long CpuTicks(Process process) =>
        long.Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/stat")).Split(')')[^1].Split(' ')[12], CultureInfo.InvariantCulture);

    private static async Task UntilAsync(Func<bool> condition)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "the program was not looked at, or did not run");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
