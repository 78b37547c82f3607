using System.Diagnostics;
using Huatuo.AutoTracing.Cpusys;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Profiling;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>Pictures of a program whose code, and the library that it calls back from, keep no frame pointers.</summary>
public sealed class ProfilerFlamesKernelTests
{
    private const string Sorter = """
        #include <stdio.h>
        #include <stdlib.h>
        #define APART __attribute__((noinline, noclone))
        static volatile unsigned long sum;
        APART void heavy(void) { for (unsigned long i = 0; i < 6000000; i++) sum += i; }
        static int compare(const void *a, const void *b) { heavy(); sum++; return *(int *)a - *(int *)b; }
        APART void sorts(void) { int numbers[64]; for (int i = 0; i < 64; i++) numbers[i] = i * 37 % 64; qsort(numbers, 64, sizeof(int), compare); sum += numbers[0]; }
        int main(void) { puts("ready"); fflush(stdout); for (;;) sorts(); }
        """;

    private const string Sleeper = """
        #include <pthread.h>
        #include <stdio.h>
        #include <unistd.h>
        #define APART __attribute__((noinline, noclone))
        static volatile unsigned long sum;
        APART void *briefly(void *none) { for (;;) { usleep(5000); sum++; } return none; }
        APART void at_length(void) { for (;;) { usleep(300000); sum++; } }
        int main(void) { pthread_t thread; pthread_create(&thread, NULL, briefly, NULL); puts("ready"); fflush(stdout); at_length(); }
        """;

    /// <summary>A thread that sleeps a hundred times as often waits no longer.</summary>
    [Fact]
    public async Task Waits_weigh_by_their_time()
    {
        await using RunningTracer services = await RunningTracer.StartAsync(new CpusysTracer(AutoTraceStation.Of(TimeProvider.System)), new CpusysOptions { Interval = TimeSpan.FromHours(1) });
        await using var program = new CompiledProgram("sleeper", Sleeper, "-O2", "-fno-omit-frame-pointer", "-pthread");
        Process process = await program.StartAsync();
        FlameData flame = await new ProfilerFlames(TimeProvider.System).TakeAsync(
            OffCpuProfiler.Definition, new ProfileTarget { Tgid = (uint)process.Id }, TimeSpan.FromSeconds(3), services.Services, TestContext.Current.CancellationToken);

        Assert.Null(flame.Error);
        Assert.Equal(ProfileUnit.Nanoseconds, flame.Unit);
        long[] longest = [.. flame.Rows.Where(row => System.Text.Encoding.UTF8.GetString(row.Label) is "briefly" or "at_length").Select(row => row.Value)];
        Assert.True(flame.Samples > 100 && longest.Length == 2 && longest.All(value => value > 0.2 * flame.Rows[0].Value), $"{string.Join(' ', longest)} of {flame.Rows[0].Value}");
    }

    [Fact]
    public async Task Callers_are_told_through_code_without_frame_pointers()
    {
        Assert.SkipUnless(Unwinder.IsSupported, "the tables are those of x86_64");
        await using RunningTracer services = await RunningTracer.StartAsync(new CpusysTracer(AutoTraceStation.Of(TimeProvider.System)), new CpusysOptions { Interval = TimeSpan.FromHours(1) });
        await using var program = new CompiledProgram("sorter", Sorter, "-O2", "-fomit-frame-pointer", "-fno-optimize-sibling-calls");
        Process process = await program.StartAsync();
        List<CaptureProgress> told = [];
        FlameData flame = await new ProfilerFlames(TimeProvider.System).TakeAsync(
            new ProfileTarget { Tgid = (uint)process.Id }, TimeSpan.FromSeconds(3), services.Services with { Progress = told.Add }, TestContext.Current.CancellationToken);

        Assert.Null(flame.Error);
        Assert.All(told, progress => Assert.Equal(("oncpu", TimeSpan.FromSeconds(3), "samples"), (progress.Name, progress.Duration, progress.Events)));
        Assert.Equal(told.Count - 1, told.FindIndex(progress => progress.IsOver));
        Assert.Equal(told[..^1].Select(progress => progress.Elapsed).Order(), told[..^1].Select(progress => progress.Elapsed));
        Assert.True(told[^2].Count > 0, "no samples are told");
        Assert.True(flame.Samples > 20, $"{flame.Samples} samples");
        List<string> path = [];
        long whole = 0, heavy = 0;
        foreach (FlameRow row in flame.Rows)
        {
            path.RemoveRange(row.Level, path.Count - row.Level);
            path.Add(System.Text.Encoding.UTF8.GetString(row.Label));
            if (path[^1] != "heavy")
                continue;
            heavy += row.Value;
            if (path is ["all", "sorter", "_start", ..] && path.IndexOf("main") is > 0 and int main && path.IndexOf("sorts") > main && path[^2] == "compare")
                whole += row.Value;
        }
        Assert.True(heavy > 0.9 * flame.Samples && whole > 0.9 * heavy, $"{whole} whole of {heavy} of {flame.Samples}: {string.Join('\n', flame.Rows.Select(row => new string(' ', row.Level) + System.Text.Encoding.UTF8.GetString(row.Label)))}");
    }
}
