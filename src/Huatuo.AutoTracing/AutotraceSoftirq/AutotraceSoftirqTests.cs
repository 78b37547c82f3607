using Huatuo.AutoTracing.Tests;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.AutotraceSoftirq;

/// <summary>Readings of <c>/proc/stat</c> to pictures.</summary>
public sealed class AutotraceSoftirqTests : IDisposable
{
    private readonly CollectorStand _tree = new();
    private readonly long[] _softirq = new long[2], _idle = new long[2];

    public void Dispose() => _tree.Dispose();

    private void Look(AutoTraceStand stand, params int[] percent)
    {
        for (int cpu = 0; cpu < 2; cpu++)
        {
            _softirq[cpu] += percent[cpu];
            _idle[cpu] += 100 - percent[cpu];
        }
        Write();
        stand.Look();
    }

    private void Write() => _tree.Write("proc/stat", $"cpu  1 2 3 4 5 6 7 8\ncpu0 0 0 0 {_idle[0]} 0 0 {_softirq[0]} 0\ncpu1 0 0 0 {_idle[1]} 0 0 {_softirq[1]} 0\nintr 1\n");

    [Fact]
    public async Task The_picture_is_of_the_CPU_that_is_worst()
    {
        Write();
        await using var stand = new AutoTraceStand(station => new AutotraceSoftirqTracer(station), _tree.Services, []);
        for (int look = 0; look < 8; look++)
            Look(stand, 1, 2);
        Look(stand, 0, 50);
        Assert.Equal(
            $$"""{"cpu":1,"reason":"jump","softirq_percent":50,"softirq_percent_usual":2,"softirq_percent_level":60,{{StubFlames.Json}}}""",
            AutoTraceStand.Data(await stand.NextAsync()));
        Assert.Equal([1], stand.Flames.Target!.Cpus!);
        await stand.EndAsync();
        Assert.Equal(1, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task Counters_that_begin_anew_give_none()
    {
        Write();
        await using var stand = new AutoTraceStand(station => new AutotraceSoftirqTracer(station), _tree.Services, []);
        for (int look = 0; look < 8; look++)
            Look(stand, 1, 1);
        (_softirq[0], _idle[0]) = (0, 0);
        Look(stand, 90, 1);
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }
}
