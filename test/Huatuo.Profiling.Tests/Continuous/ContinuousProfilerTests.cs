using Huatuo.Bpf;
using Huatuo.Flow.Containers;
using Huatuo.Profiling.Continuous;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Profiling.Tests.Continuous;

/// <summary>Windows, budget and failures, by a clock of the test.</summary>
public sealed class ContinuousProfilerTests : IProfilerCost
{
    private const ulong Host = 1, InContainer = 2;

    private static readonly Container s_container = Cgroup.Of("/docker/" + new string('a', 64)).Container!;

    private readonly FakeTimeProvider _time = new();
    private readonly List<(Container? Container, Profile Profile)> _stored = [];
    private readonly List<string> _warnings = [];
    private readonly List<FakeProfiler> _started = [];
    private TimeSpan _perStep = TimeSpan.Zero, _own, _programs;

    TimeSpan IProfilerCost.OwnTime => _own += _perStep;

    private FakeProfiler Fake => _started[^1];

    [Fact]
    public void A_window_has_a_profile_for_the_host_and_for_each_container()
    {
        using ContinuousProfiler profiler = Make();
        profiler.Step();
        Fake.Cgroups.AddRange([Host, InContainer, InContainer]);
        DateTimeOffset began = _time.GetUtcNow();
        Pass(profiler, 9);
        Assert.Empty(_stored);
        Pass(profiler, 1);
        Assert.Equal([null, s_container], _stored.Select(stored => stored.Container));
        Assert.Equal([10, 20], _stored.Select(stored => stored.Profile.Stacks.Totals()[0] / 1000));
        Assert.All(_stored, stored => Assert.Equal((began, TimeSpan.FromSeconds(10), 1000L), (stored.Profile.Start, stored.Profile.Duration, stored.Profile.PeriodNanoseconds)));
        Pass(profiler, 10);
        Assert.Equal([10, 20, 10, 20], _stored.Select(stored => stored.Profile.Stacks.Totals()[0] / 1000));
        Assert.Equal(began.AddSeconds(10), _stored[^1].Profile.Start);
        Assert.Equal((2L, 0L), (profiler.Counts.Windows, profiler.Counts.Level));
        Assert.Empty(Fake.Calls);
    }

    [Fact]
    public void The_end_stores_what_there_is_of_a_window()
    {
        ContinuousProfiler profiler = Make();
        profiler.Step();
        Fake.Cgroups.Add(Host);
        Pass(profiler, 3);
        profiler.Stop();
        (Container? container, Profile profile) = Assert.Single(_stored);
        Assert.Equal((null, 4000L, TimeSpan.FromSeconds(3)), (container, profile.Stacks.Totals()[0], profile.Duration));
        Assert.Equal(["stop", "dispose"], Fake.Calls);
        Assert.False(profiler.Counts.IsRunning);
    }

    [Fact]
    public void Looks_count_for_the_budget_and_end_with_the_profiler()
    {
        using ContinuousProfiler profiler = Make();
        Assert.Equal(Timeout.InfiniteTimeSpan, profiler.Look());
        profiler.Step();
        int looks = 0;
        (Fake.Looked, Fake.LookPause) = (() => looks++, TimeSpan.FromMilliseconds(10));
        // A look takes a second as well, when it is asked before and after.
        _perStep = TimeSpan.FromSeconds(1);
        Assert.Equal(TimeSpan.FromMilliseconds(10), profiler.Look());
        _perStep = TimeSpan.Zero;
        Pass(profiler, 10);
        Assert.Equal(1, looks);
        Assert.Equal(0.05, profiler.Counts.Cost, 0.004);
        Fake.Fault = new IOException("no more");
        Assert.Equal(Timeout.InfiniteTimeSpan, profiler.Look());
        Assert.Equal((1L, false), (profiler.Counts.Failures, profiler.Counts.IsRunning));
    }

    [Fact]
    public void Own_time_over_the_budget_lowers_the_rate_until_it_is_kept()
    {
        using ContinuousProfiler profiler = Make();
        profiler.Step();
        // 60 ms a second of two CPUs are 3 %, and 1 % is allowed.
        _perStep = TimeSpan.FromMilliseconds(60);
        Pass(profiler, 10);
        Assert.Equal(0.03, profiler.Counts.Cost, 0.004);
        Assert.Equal(["level 2"], Fake.Calls);
        _perStep = TimeSpan.FromMilliseconds(1);
        Pass(profiler, 10 * RateControl.CalmWindows);
        Assert.Equal(["level 2", "level 1"], Fake.Calls);
        Assert.Equal((1L, 1L, 1L), (profiler.Counts.Level, profiler.Counts.Lowered, profiler.Counts.Raised));
    }

    [Fact]
    public void Time_in_the_programs_counts_as_much_as_its_own()
    {
        using ContinuousProfiler profiler = Make();
        profiler.Step();
        // Of the first second, which alone is measured: 5 % of two CPUs.
        _programs = TimeSpan.FromMilliseconds(100);
        Pass(profiler, 10);
        Assert.Equal(0.05, profiler.Counts.Cost, 0.001);
        Assert.Equal(["level 2"], Fake.Calls);
    }

    [Fact]
    public void At_the_lowest_rate_it_pauses_and_goes_on()
    {
        using ContinuousProfiler profiler = Make();
        profiler.Step();
        Fake.Cgroups.Add(Host);
        _programs = TimeSpan.FromMilliseconds(100);
        Pass(profiler, 20);
        Assert.Equal(["level 2", "pause"], Fake.Calls);
        int stored = _stored.Count;
        Pass(profiler, 39);
        Assert.Equal((stored, 0L), (_stored.Count, profiler.Counts.PausedWindows));
        Pass(profiler, 1);
        Assert.Equal(["level 2", "pause", "resume"], Fake.Calls);
        Assert.Equal(4, profiler.Counts.PausedWindows);
        _programs = TimeSpan.Zero;
        Pass(profiler, 10);
        Assert.Equal((10 * 4000L, TimeSpan.FromSeconds(10)), (_stored[^1].Profile.Stacks.Totals()[0], _stored[^1].Profile.Duration));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_goes_wrong_is_told_and_tried_again_a_minute_later(bool isOfKernel)
    {
        using ContinuousProfiler profiler = Make();
        profiler.Step();
        Fake.Fault = isOfKernel ? new BpfException("read", "the samples", 5) : new KeyNotFoundException("no such place");
        Pass(profiler, 59);
        Assert.Single(_started);
        Assert.Contains("profiling: fake: ", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Equal((1L, false), (profiler.Counts.Failures, profiler.Counts.IsRunning));
        Pass(profiler, 2);
        Assert.Equal((2, true), (_started.Count, profiler.Counts.IsRunning));
    }

    void IProfilerCost.Begin(IContinuousProfiler profiler)
    {
    }

    TimeSpan IProfilerCost.End(IContinuousProfiler profiler) => _programs;

    private ContinuousProfiler Make() => new(
        new ContinuousSettings("fake", TimeSpan.FromSeconds(10), 0.01, 2, cgroup => cgroup == InContainer ? s_container : null),
        () =>
        {
            _started.Add(new FakeProfiler());
            return Fake;
        },
        this,
        _time,
        (_, container, profile) => _stored.Add((container, profile)),
        _warnings.Add);

    private void Pass(ContinuousProfiler profiler, int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            profiler.Step();
        }
    }
}
