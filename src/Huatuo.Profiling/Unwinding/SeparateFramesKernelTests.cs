using System.Diagnostics;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.Profiling.Unwinding;

/// <summary>Stripped programs without frame pointers and without frames for exceptions, whose frames for debuggers lie in a separate file.</summary>
public sealed class SeparateFramesKernelTests
{
    private const double ThreePoints = 0.03;
    private const int Frequent = 1999, Enough = 4000;

    public SeparateFramesKernelTests() => Assert.SkipUnless(Unwinder.IsSupported, "the tables are those of x86_64");

    [Fact]
    public async Task Calls_are_whole_by_the_file_beside_the_program_and_end_at_once_without_it()
    {
        await using CompiledProgram program = Compile("beside");
        string separate = program.Path + ".debug";
        Split(program.Path, separate, program.Path);
        Process process = await program.StartAsync();
        AssertShares(await TakeAsync(process, UnwindMode.Tables));

        File.Delete(separate);
        Profile bare = await TakeAsync(process, UnwindMode.Tables);
        UnwindCounters counts = bare.Unwinding!.Value;
        // What is sampled in the C library has a rule there, and comes to the program's code next.
        Assert.Equal((0UL, 0UL), (counts.Whole, counts.Mixed));
        Assert.True(counts.Untold > 100 * (counts.Unmapped + counts.Unreadable + counts.Broken + counts.Cut + counts.Pointers), bare.Text());
        Assert.True(bare.Share("_start") == 0 && bare.Share(frame => frame.StartsWith($"{Frame.Unknown} beside+", StringComparison.Ordinal)) > 0.98, bare.Text());
    }

    [Fact]
    public async Task Calls_are_whole_by_the_file_of_the_build_id_in_the_root_of_the_process()
    {
        await using CompiledProgram program = Compile("inside", "-static");
        string root = Path.GetDirectoryName(program.Path) + "/root", id = UnwindKernelTests.BuildId(program.Path);
        Split(program.Path, $"{root}/usr/lib/debug/.build-id/{id[..2]}/{id[2..]}.debug", root + program.Path);
        Process process = await program.StartAsync("chroot", root);
        AssertShares(await TakeAsync(process, UnwindMode.Tables));
    }

    private static void AssertShares(Profile profile)
    {
        Assert.InRange(profile.Share("heavy"), 0.75 - ThreePoints, 0.75 + ThreePoints);
        Assert.InRange(profile.Share("light"), 0.25 - ThreePoints, 0.25 + ThreePoints);
        UnwindKernelTests.AssertWhole(profile, ["_start", "main", "sorts"]);
        Assert.True(profile.Share("compare") > 0.97, profile.Text());
    }

    private static CompiledProgram Compile(string name, params string[] options) =>
        UnwindKernelTests.Compile(name, "qsort", ["-g", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", .. options]);

    private static void Split(string whole, string separate, string stripped)
    {
        foreach (string file in (string[])[separate, stripped])
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Command.Run("", "objcopy", "--only-keep-debug", whole, separate);
        Command.Run("", "objcopy", "--strip-all", "--add-gnu-debuglink=" + separate, whole, stripped);
    }

    private static async Task<Profile> TakeAsync(Process process, UnwindMode mode)
    {
        using var unwinder = new Unwinder(mode, Unwinder.DefaultBytes, TimeProvider.System);
        using OnCpuProfiler profiler = OnCpuProfiler.Start(
            new OnCpuOptions { Frequency = Frequent, Target = new ProfileTarget { Tgid = (uint)process.Id }, Unwinder = unwinder }, SymbolSource.Loaded(), new OnlineCpus());
        return await TakenProfile.UntilAsync(profiler, profile => profile.Kernel.Sampled >= Enough, $"{Enough} samples");
    }
}
