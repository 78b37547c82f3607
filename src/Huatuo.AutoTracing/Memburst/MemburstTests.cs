using Huatuo.AutoTracing.Tests;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.Memburst;

/// <summary>Readings of <c>/proc/meminfo</c> to documents.</summary>
public sealed class MemburstTests : IDisposable
{
    private readonly CollectorStand _tree = new();

    public void Dispose() => _tree.Dispose();

    private AutoTraceStand Start() => new(station => new MemburstTracer(station), _tree.Services, ["sliding_window_length=3", "dump_process_max_num=2"]);

    private void Look(AutoTraceStand stand, int active)
    {
        _tree.Write("proc/meminfo", $"MemTotal: 1000 kB\nMemFree: 1 kB\nActive(anon): {active} kB\nInactive(anon): 100 kB\n");
        stand.Look();
    }

    [Fact]
    public async Task Memory_that_doubles_to_most_of_the_machines_gives_one_document()
    {
        long page = Environment.SystemPageSize;
        _tree.Write("proc/10/statm", "900 5 1\n").Write("proc/10/comm", "small\n")
            .Write("proc/11/statm", "9 7 1\n").Write("proc/11/comm", "large\n")
            .Write("proc/12/statm", "9 6 1\n").Write("proc/12/comm", "middle\n")
            .Write("proc/13/statm", "none\n").Write("proc/13/comm", "broken\n");
        await using AutoTraceStand stand = Start();
        foreach (int active in (int[])[200, 300, 600])
            Look(stand, active);
        Assert.Equal(
            $$"""{"anon_bytes":716800,"anon_before_bytes":307200,"memory_total_bytes":1024000,"top_memory_usage":[{"PID":11,"ProcessName":"large","MemSize":{{7 * page}}},{"PID":12,"ProcessName":"middle","MemSize":{{6 * page}}}]}""",
            AutoTraceStand.Data(await stand.NextAsync()));
        Look(stand, 900);
        await stand.EndAsync();
        Assert.Equal((2, 1), (stand.Definition.Counts.Triggers, stand.Definition.Counts.Captures));
    }

    [Theory]
    [InlineData(200, 200, 599)]
    [InlineData(600, 600, 900)]
    public async Task Neither_little_memory_nor_a_small_rise_gives_one(int first, int second, int third)
    {
        await using AutoTraceStand stand = Start();
        foreach (int active in (int[])[first, second, third])
            Look(stand, active);
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task Before_the_window_is_full_there_is_none()
    {
        await using AutoTraceStand stand = Start();
        Look(stand, 1);
        Look(stand, 900);
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task A_file_that_does_not_tell_is_counted_and_the_run_goes_on()
    {
        await using AutoTraceStand stand = Start();
        _tree.Write("proc/meminfo", "MemTotal: 1000 kB\n");
        stand.Look();
        stand.Look();
        Assert.Equal(2, stand.Definition.Counts.LookFailures);
        Assert.False(stand.Running.IsCompleted);
    }
}
