using System.Diagnostics;
using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.AutoTracing.Memburst;

/// <summary>A process that takes memory, and the largest processes.</summary>
public sealed class MemburstKernelTests
{
    private const long Taken = 256 << 20;

    [Fact]
    public async Task A_process_that_takes_memory_is_told()
    {
        var options = new MemburstOptions
        {
            Interval = TimeSpan.FromMilliseconds(200),
            Cooldown = TimeSpan.Zero,
            SlidingWindowLength = 10,
            DeltaMemoryBurst = 1,
            DeltaAnonThreshold = 0,
            DumpProcessMaxNum = 1000,
        };
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new MemburstTracer(AutoTraceStation.Of(TimeProvider.System)), options);
        await using var cgroup = new MemoryCgroup();
        // Again and again, so that some time the window is full before.
        Process hog = cgroup.Start($"exec perl -e 'while (1) {{ {{ my $taken = q(x) x {Taken}; sleep 2 }} sleep 3 }}'");
        JsonElement document = await tracer.Sink.WaitAsync(candidate => SizeOf(candidate, hog.Id) >= Taken, "a process that takes memory");
        await tracer.StopAsync();

        JsonElement[] top = [.. document.GetProperty("tracer_data").GetProperty("top_memory_usage").EnumerateArray()];
        Assert.Equal(top.Select(Size).OrderDescending(), top.Select(Size));
        Assert.Equal("perl", top.Single(process => process.GetProperty("PID").GetInt32() == hog.Id).GetProperty("ProcessName").GetString());
        Assert.All(top, process => Assert.Equal(["PID", "ProcessName", "MemSize"], process.EnumerateObject().Select(field => field.Name)));
        JsonElement data = document.GetProperty("tracer_data");
        long anonymous = data.GetProperty("anon_bytes").GetInt64();
        new ExpectedDocument()
            .Envelope(document, "memburst", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Holds("tracer_data.anon_bytes", "at least what was taken", bytes => long.Parse(bytes) >= Taken)
            .Holds("tracer_data.anon_before_bytes", "a hundredth less", bytes => long.Parse(bytes) * 1.01 <= anonymous)
            .Is("tracer_data.memory_total_bytes", TotalBytes())
            .Holds("tracer_data.top_memory_usage", "processes", _ => true)
            .Check(document);
        Balance.Check(tracer);
    }

    private static long SizeOf(JsonElement document, int pid) =>
        document.GetProperty("tracer_data").GetProperty("top_memory_usage").EnumerateArray().Where(process => process.GetProperty("PID").GetInt32() == pid).Sum(Size);

    private static long Size(JsonElement process) => process.GetProperty("MemSize").GetInt64();

    private static long TotalBytes() =>
        long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
}
