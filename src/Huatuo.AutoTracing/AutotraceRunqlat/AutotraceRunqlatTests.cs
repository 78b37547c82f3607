using System.Text.Json;
using Huatuo.AutoTracing.Tests;
using Huatuo.Flow.Metrics;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.AutotraceRunqlat;

/// <summary>The counters of <c>runqlat</c> to pictures.</summary>
public sealed class AutotraceRunqlatTests : IDisposable
{
    private const int First = -96;
    private readonly ulong[] _counts = new ulong[80];
    private readonly CollectorStand _tree = new();
    private double _seconds;
    private bool _runs = true;

    public void Dispose() => _tree.Dispose();

    private AutoTraceStand Start() => new(station => new AutotraceRunqlatTracer(station), _tree.Services with { MetricsOf = Write }, []);

    private bool Write(string tracer, MetricWriter writer)
    {
        Assert.Equal("runqlat", tracer);
        writer.Family("huatuo_runqlat_seconds", MetricKind.Histogram, "");
        writer.Histogram(new ExponentialHistogram(First, _counts, 0, _seconds));
        writer.Family("huatuo_runqlat_zone_total", MetricKind.Counter, "");
        writer.Sample(3.0);
        return _runs;
    }

    private void Look(AutoTraceStand stand, int waits, double meanMs)
    {
        _counts[(int)Math.Ceiling(Math.Log2(meanMs / 1000) * 8) - First] += (ulong)waits;
        _seconds += waits * meanMs / 1000;
        stand.Look();
    }

    [Fact]
    public async Task A_jump_of_the_mean_gives_one_picture()
    {
        await using AutoTraceStand stand = Start();
        for (int look = 0; look < 8; look++)
            Look(stand, 1000, 0.25);
        Look(stand, 4000, 8);
        JsonElement document = await stand.NextAsync();
        Assert.Matches(
            """^\{"reason":"jump","waits":4000,"wait_us":(8000|7999\.9\d*|8000\.0\d*),"wait_us_usual":(250|249\.9\d*|250\.0\d*),"wait_us_level":10000,"wait_us_longest":8519\.\d+,"flamedata":""",
            AutoTraceStand.Data(document));
        await stand.EndAsync();
        Assert.Equal(1, stand.Definition.Counts.Triggers);
        Exemplar exemplar = Assert.Single(_tree.Services.Exemplars.Of("huatuo_runqlat_seconds").Read().ToArray());
        Assert.Equal((document.GetProperty("id").GetGuid(), "autotrace_runqlat"), (exemplar.Event.Id, exemplar.Event.Tracer));
        Assert.Equal(ExponentialHistogram.UpperBound(-55), exemplar.Value, 1e-12);
    }

    [Fact]
    public async Task While_runqlat_does_not_run_and_after_it_began_anew_there_is_none()
    {
        await using AutoTraceStand stand = Start();
        for (int look = 0; look < 8; look++)
            Look(stand, 1000, 0.25);
        _runs = false;
        Look(stand, 1000, 90);
        _runs = true;
        _counts.AsSpan().Clear();
        _seconds = 0;
        Look(stand, 10, 90);
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }
}
