using Huatuo.Bench.Site;

namespace Huatuo.Bench.Native;

/// <summary>Compiles the C programs to compare with.</summary>
internal static class NativeBuild
{
    /// <summary>consume.c as a library.</summary>
    internal static Task<string> ConsumerAsync(BenchRun run) => CompileAsync(run, "consume.c", "libconsume.so", "-shared", "-fPIC", "-lbpf");

    /// <summary>flood.c as a program.</summary>
    internal static Task<string> FloodAsync(BenchRun run) => CompileAsync(run, "flood.c", "flood");

    /// <summary>movedclock.c as a library.</summary>
    internal static Task<string> MovedClockAsync(BenchRun run) => CompileAsync(run, "movedclock.c", "movedclock.so", "-shared", "-fPIC");

    /// <summary>pingpong.c as a program.</summary>
    internal static Task<string> PingPongAsync(BenchRun run) => CompileAsync(run, "pingpong.c", "pingpong");

    /// <summary>eventful.c as a program.</summary>
    internal static Task<string> EventfulAsync(BenchRun run) => CompileAsync(run, "eventful.c", "eventful", "-pthread");

    /// <summary>building.c as a program, and a source for it to compile.</summary>
    internal static async Task<(string Program, string Source)> BuildingAsync(BenchRun run) =>
        (await CompileAsync(run, "building.c", "building"), Path.Combine(run.NativeSources, "eventful.c"));

    /// <summary>deep.c as a program, without frame pointers.</summary>
    internal static Task<string> DeepAsync(BenchRun run) => CompileAsync(run, "deep.c", "deep", "-fomit-frame-pointer", "-fno-optimize-sibling-calls");

    private static async Task<string> CompileAsync(BenchRun run, string source, string target, params string[] options)
    {
        string path = Path.Combine(run.Scratch, target);
        await Command.RunAsync(run.Stop, ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", Path.Combine(run.NativeSources, source), "-o", path, .. options]);
        return path;
    }
}
