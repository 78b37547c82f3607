using System.Text.Json;
using Huatuo.AutoTracing.Tests;
using Huatuo.Flow.Metrics;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>Values of metrics to pictures.</summary>
public sealed class AutotraceTriggerTests : IMetricSource, IDisposable
{
    private readonly CollectorStand _tree = new();
    private readonly SortedDictionary<string, double> _drops = [];
    private double _level;
    private ulong _waits;
    private string? _fault;
    private int _writes;
    private readonly ManualResetEventSlim _gate = new(true);
    private bool _isMute, _isHalf;

    public void Dispose()
    {
        _gate.Dispose();
        _tree.Dispose();
    }

    void IMetricSource.Write(MetricWriter writer)
    {
        _writes++;
        _gate.Wait(TimeSpan.FromMinutes(1));
        if (_isMute)
            throw new IOException("the disk is gone");
        writer.Family("huatuo_netstat_events_total", MetricKind.Counter, "");
        foreach ((string device, double drops) in _drops)
        {
            writer.Sample(drops, new Label("device", device), new Label("way", "in"));
            if (_isHalf)
                throw new IOException("the disk went away");
        }
        writer.Family("huatuo_netstat_level", MetricKind.Gauge, "");
        writer.Sample(_level);
        writer.Family("huatuo_softirq_latency_seconds", MetricKind.Histogram, "");
        writer.Histogram(new ExponentialHistogram(0, new ulong[1], _waits, _waits / 4.0));
        if (_fault is { } fault)
            throw new IOException(fault);
    }

    private AutoTraceStand Start(string when, string more = "")
    {
        var stand = new AutoTraceStand(station => new AutotraceTriggerTracer(station), _tree.Services with { Page = () => [new Other(), this] }, ["interval=10s"], section: WrittenTriggers.Of($"{{name: t, when: {WrittenTriggers.Quoted(when)}{more}}}"));
        return stand;
    }

    [Fact]
    public async Task A_rate_that_holds_for_some_looks_gives_one_picture_until_it_has_not_held()
    {
        await using AutoTraceStand stand = Start("rate(huatuo_netstat_events_total{device=~\"eth.*\"}[30s]) > 5 for 2 samples", ", cool_down: 0s, capture: [oncpu, top_memory]");
        _tree.Write("proc/1/statm", "9 2 1 1 0 3 0\n");
        _tree.Write("proc/1/comm", "init\n");
        (_drops["eth0"], _drops["lo"]) = (1000, 0);
        for (int look = 0; look < 4; look++)
        {
            (_drops["eth0"], _drops["lo"]) = (_drops["eth0"] + 10, _drops["lo"] + 9000);
            stand.Look();
        }
        Assert.Equal(0, stand.Definition.Counts.Triggers);
        // 400 in 10 s of 30 s: 14 a second at the first look, and at the next.
        _drops["eth0"] += 400;
        stand.Look();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
        _drops["eth0"] += 10;
        stand.Look();
        JsonElement document = await stand.NextAsync();
        Assert.Equal(
            $$"""{"trigger":"t","when":"rate(huatuo_netstat_events_total{device=~\"eth.*\"}[30s]) > 5 for 2 samples","series":"huatuo_netstat_events_total{device=\"eth0\",way=\"in\"}","value":14,"threshold":5,"samples":2,"captures":[{"profiler":"oncpu","unit":"count",{{StubFlames.Json}}}],"top_memory_usage":[{"PID":1,"ProcessName":"init","MemSize":{{2 * Environment.SystemPageSize}}}]}""",
            Normal(document));
        for (int look = 0; look < 6; look++)
        {
            _drops["eth0"] += look < 2 ? 400 : 0;
            stand.Look();
        }
        Assert.Equal(1, stand.Definition.Counts.Triggers);
        for (int look = 0; look < 2; look++)
        {
            _drops["eth0"] += 400;
            stand.Look();
        }
        await stand.NextAsync();
        await stand.EndAsync();
        Assert.Equal(2, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task A_counter_that_begins_anew_gives_none_also_within_a_sum()
    {
        foreach (string when in (string[])["rate(huatuo_netstat_events_total[20s]) > 5", "delta(huatuo_netstat_events_total[20s]) != 20", "sum(rate(huatuo_netstat_events_total[20s])) != 2", "sum(rate(huatuo_netstat_events_total[20s])) < 2"])
        {
            (_drops["a"], _drops["b"]) = (100_000, 500);
            await using AutoTraceStand stand = Start(when);
            for (int look = 0; look < 12; look++)
            {
                (_drops["a"], _drops["b"]) = (look == 5 ? 0 : _drops["a"] + 10, _drops["b"] + 10);
                stand.Look();
            }
            await stand.EndAsync();
            Assert.Equal(0, stand.Definition.Counts.Triggers);
        }
    }

    [Fact]
    public async Task A_gauge_may_fall_and_a_series_that_comes_back_begins_anew()
    {
        await using AutoTraceStand stand = Start("delta(huatuo_netstat_level[10s]) < -50");
        foreach (double level in (double[])[100, 90, 30])
        {
            _level = level;
            stand.Look();
        }
        Assert.Equal((-60.0, -50.0), Value(await stand.NextAsync()));
        await stand.EndAsync();

        await using AutoTraceStand other = Start("delta(huatuo_netstat_events_total[10s]) > 5");
        _drops["a"] = 1;
        other.Look();
        _drops.Clear();
        other.Look();
        _drops["a"] = 1000;
        other.Look();
        await other.EndAsync();
        Assert.Equal(0, other.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task Every_series_cools_down_on_its_own()
    {
        await using AutoTraceStand stand = Start("huatuo_netstat_events_total >= 5", ", cool_down: 1m");
        _drops["a"] = 5;
        stand.Look();
        Assert.Contains("device=\"a\"", (await stand.NextAsync()).GetProperty("tracer_data").GetProperty("series").GetString()!, StringComparison.Ordinal);
        _drops["b"] = 5;
        stand.Look();
        Assert.Contains("device=\"b\"", (await stand.NextAsync()).GetProperty("tracer_data").GetProperty("series").GetString()!, StringComparison.Ordinal);
        _drops["a"] = 0;
        stand.Look();
        _drops["a"] = 5;
        stand.Look();
        await stand.EndAsync();
        Assert.Equal((3, 1), (stand.Definition.Counts.Triggers, stand.Ledger.Suppressed(Huatuo.Flow.Ledger.SuppressReason.Cooldown)));
    }

    [Fact]
    public async Task What_comes_to_hold_while_a_picture_is_taken_is_told_after_it()
    {
        await using AutoTraceStand stand = Start("huatuo_netstat_events_total > 5");
        var taken = new TaskCompletionSource();
        stand.Flames.Ready = taken.Task;
        _drops["a"] = 7;
        stand.Look();
        _drops["b"] = 9;
        stand.Look();
        stand.Look();
        taken.SetResult();
        Assert.Equal((7.0, 5.0), Value(await stand.NextAsync()));
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (stand.Definition.Counts.Captures < 2)
        {
            stand.Look();
            await Task.Delay(1, guard.Token);
        }
        Assert.Equal((9.0, 5.0), Value(await stand.NextAsync()));
        await stand.EndAsync();
    }

    [Fact]
    public async Task Sums_and_means_of_histograms_are_read_by_their_count_and_sum()
    {
        await using AutoTraceStand stand = Start("sum(delta(huatuo_softirq_latency_seconds_sum[10s])) > 2");
        foreach (ulong waits in (ulong[])[4, 8, 20])
        {
            _waits = waits;
            stand.Look();
        }
        Assert.Equal((3.0, 2.0), Value(await stand.NextAsync()));
        await stand.EndAsync();
    }

    [Fact]
    public async Task Only_the_source_of_a_metric_is_asked_and_one_that_fails_costs_a_look()
    {
        var other = new Other();
        await using var stand = new AutoTraceStand(station => new AutotraceTriggerTracer(station), _tree.Services with { Page = () => [other, this] }, [], section: WrittenTriggers.Of("{name: t, when: 'huatuo_netstat_level > 5'}", "{name: off, when: 'huatuo_events_lost_total > 0', enabled: false}"));
        for (int look = 0; look < 5; look++)
            stand.Look();
        Assert.Equal((1, 5), (other.Writes, _writes));
        _fault = "the disk is gone";
        stand.Look();
        Assert.Equal(1, stand.Definition.Counts.LookFailures);
        _fault = null;
        _level = 6;
        stand.Look();
        Assert.Equal((6.0, 5.0), Value(await stand.NextAsync()));
        await stand.EndAsync();
    }

    [Fact]
    public async Task A_source_that_hangs_holds_up_no_look_and_is_asked_again_when_it_answers()
    {
        await using AutoTraceStand stand = Start("huatuo_netstat_level > 5");
        stand.Look();
        _gate.Reset();
        for (int look = 0; look < 5; look++)
            stand.Look();
        Assert.Equal((2, 5), (_writes, stand.Definition.Counts.LookFailures));
        _level = 6;
        _gate.Set();
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (stand.Definition.Counts.Triggers == 0)
        {
            stand.Look();
            await Task.Delay(1, guard.Token);
        }
        Assert.Equal((6.0, 5.0), Value(await stand.NextAsync()));
        await stand.EndAsync();
    }

    [Fact]
    public async Task A_condition_that_was_told_is_not_told_again_after_a_look_that_failed()
    {
        foreach (string when in (string[])["huatuo_netstat_events_total > 5", "sum(huatuo_netstat_events_total) > 5"])
        {
            await using AutoTraceStand stand = Start(when, ", cool_down: 0s");
            _drops["a"] = 7;
            stand.Look();
            await stand.NextAsync();
            _isMute = true;
            stand.Look();
            stand.Look();
            _isMute = false;
            stand.Look();
            await stand.EndAsync();
            Assert.Equal((1, 2), (stand.Definition.Counts.Triggers, stand.Definition.Counts.LookFailures));
        }
    }

    [Fact]
    public async Task A_sum_of_what_could_be_read_alone_is_none()
    {
        await using AutoTraceStand stand = Start("sum(huatuo_netstat_events_total) < 5");
        (_drops["a"], _drops["b"]) = (1, 7);
        stand.Look();
        _isHalf = true;
        stand.Look();
        _isHalf = false;
        stand.Look();
        await stand.EndAsync();
        Assert.Equal((0, 1), (stand.Definition.Counts.Triggers, stand.Definition.Counts.LookFailures));
    }

    [Fact]
    public async Task A_metric_without_series_yet_is_known_by_its_family()
    {
        var other = new Other();
        await using var stand = new AutoTraceStand(station => new AutotraceTriggerTracer(station), _tree.Services with { Page = () => [other, this] }, [], section: WrittenTriggers.Of("{name: t, when: 'huatuo_netstat_events_total > 5'}", "{name: u, when: 'huatuo_softirq_latency_seconds_count > 100'}"));
        stand.Look();
        stand.Look();
        stand.Look();
        Assert.Equal((1, 3), (other.Writes, _writes));
        _drops["a"] = 7;
        stand.Look();
        Assert.Equal((7.0, 5.0), Value(await stand.NextAsync()));
        await stand.EndAsync();
    }

    [Fact]
    public async Task A_metric_that_nobody_has_is_searched_less_and_less_often()
    {
        var other = new Other();
        await using var stand = new AutoTraceStand(station => new AutotraceTriggerTracer(station), _tree.Services with { Page = () => [other] }, [], section: WrittenTriggers.Of("{name: t, when: 'huatuo_netstat_events_total > 5'}"));
        List<int> searched = [];
        for (int look = 0; look < 100; look++)
        {
            int before = other.Writes;
            stand.Look();
            if (other.Writes > before)
                searched.Add(look);
        }
        await stand.EndAsync();
        Assert.Equal([0, 1, 3, 7, 15, 30, 60, 90], searched);
    }

    [Fact]
    public async Task Processes_are_those_of_the_moment_also_when_the_picture_has_to_wait_for_its_turn()
    {
        await using AutoTraceStand stand = Start("huatuo_netstat_level > 5", ", capture: [top_memory]");
        _tree.Write("proc/7/statm", "9 2 1 1 0 3 0\n").Write("proc/7/comm", "leaking\n");
        var others = new TaskCompletionSource<int>();
        Task<int> before = stand.Station.Lane.TakeAsync(_ => others.Task, TestContext.Current.CancellationToken);
        _level = 6;
        using var read = new ClosedFile(Path.Combine(_tree.Root, "proc/7/comm"));
        stand.Look();
        await read.HappenedAsync();
        Directory.Delete(Path.Combine(_tree.Root, "proc/7"), recursive: true);
        others.SetResult(0);
        await before;
        Assert.Contains("leaking", AutoTraceStand.Data(await stand.NextAsync()), StringComparison.Ordinal);
        await stand.EndAsync();
    }

    [Fact]
    public async Task So_many_series_are_looked_at()
    {
        for (int i = 0; i < TriggerState.MostSeries + 50; i++)
            _drops[$"d{i:d5}"] = i < TriggerState.MostSeries ? 0 : 9;
        await using AutoTraceStand stand = Start("huatuo_netstat_events_total > 5");
        stand.Look();
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    private static string Normal(JsonElement document) => AutoTraceStand.Data(document).Replace("\\u0022", "\\\"", StringComparison.Ordinal);

    private static (double Value, double Threshold) Value(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        return (data.GetProperty("value").GetDouble(), data.GetProperty("threshold").GetDouble());
    }

    private sealed class Other : IMetricSource
    {
        internal int Writes { get; private set; }

        public void Write(MetricWriter writer)
        {
            Writes++;
            writer.Family("huatuo_other", MetricKind.Gauge, "");
            writer.Sample(1.0);
        }
    }
}
