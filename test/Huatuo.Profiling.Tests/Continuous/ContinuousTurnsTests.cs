using System.Globalization;
using Huatuo.Profiling.Continuous;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Profiling.Tests.Continuous;

/// <summary>When profilers take their samples and look at processes in turn, by a clock of the test that moves while they rest.</summary>
public sealed class ContinuousTurnsTests : IProfilerCost
{
    private const int MostRests = 1000;

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _told = [], _warnings = [];
    private readonly List<double> _rests = [];
    private readonly Dictionary<string, FakeProfiler> _running = [];
    private readonly List<ContinuousProfiler> _profilers = [];
    private readonly long _began;
    private (double At, string Name)? _broken;

    public ContinuousTurnsTests() => _began = _time.GetTimestamp();

    TimeSpan IProfilerCost.OwnTime => TimeSpan.Zero;

    [Fact]
    public void All_look_when_one_of_them_asks_for_it_and_take_their_samples_as_before()
    {
        Add("none", Timeout.InfiniteTimeSpan);
        Add("new", TimeSpan.FromMilliseconds(100));
        Add("calm", TimeSpan.FromMilliseconds(240));
        RunUntil(620);
        // What is left of a turn is less than anybody asked for.
        Assert.Equal([100, 100, 50, 100, 100, 50, 100, 100], _rests);
        Assert.Equal(
            [
                "0 look none", "0 look new", "0 look calm",
                "100 look none", "100 look new", "100 look calm",
                "200 look none", "200 look new", "200 look calm",
                "250 take none", "250 take new", "250 take calm",
                "250 look none", "250 look new", "250 look calm",
                "350 look none", "350 look new", "350 look calm",
                "450 look none", "450 look new", "450 look calm",
                "500 take none", "500 take new", "500 take calm",
                "500 look none", "500 look new", "500 look calm",
                "600 look none", "600 look new", "600 look calm",
                "620 take none", "620 take new", "620 take calm",
            ],
            _told);
        Assert.All(_running.Values, fake => Assert.Equal(["stop", "dispose"], fake.Calls));
    }

    [Fact]
    public void Where_nobody_asks_for_it_they_look_once_for_each_turn()
    {
        Add("one", Timeout.InfiniteTimeSpan);
        Add("other", Timeout.InfiniteTimeSpan);
        RunUntil(500);
        Assert.Equal([250, 250], _rests);
        Assert.Equal(["0 look one", "0 look other", "250 take one", "250 take other", "250 look one", "250 look other", "500 take one", "500 take other"], _told);
    }

    [Fact]
    public void Who_looks_for_long_makes_the_rest_shorter_and_nobody_wait()
    {
        Add("slow", Timeout.InfiniteTimeSpan, 100);
        Add("other", TimeSpan.FromMilliseconds(120));
        RunUntil(700);
        // Of the 30 ms that are left after the first look nothing is left after the second.
        Assert.Equal([120, 0, 120, 0, 120], _rests);
        Assert.Equal(
            [
                "0 look slow", "100 look other", "220 look slow", "320 look other",
                "320 take slow", "320 take other", "320 look slow", "420 look other", "540 look slow", "640 look other",
                "640 take slow", "640 take other", "640 look slow", "740 look other",
                "740 take slow", "740 take other",
            ],
            _told);
    }

    [Fact]
    public void A_part_of_a_millisecond_is_rested_as_a_whole_one()
    {
        Add("quick", Timeout.InfiniteTimeSpan, 0.3);
        RunUntil(500);
        Assert.Equal([250, 250], _rests);
    }

    [Fact]
    public void One_that_fails_holds_up_nobody_and_begins_again_after_a_minute()
    {
        Add("failing", TimeSpan.FromMilliseconds(50));
        Add("other", TimeSpan.FromMilliseconds(200));
        _broken = (100, "failing");
        RunUntil(60_500);
        Assert.StartsWith("profiling: failing: ", Assert.Single(_warnings), StringComparison.Ordinal);
        // 60 s after 100 ms have passed when samples are taken at 60,250 ms.
        int[] again = [60_250, 60_300, 60_350, 60_400, 60_450];
        Assert.Equal([.. Told("look failing", 0, 50, 100), .. Told("look failing", again), .. Told("take failing", 60_500)], _told.Where(told => told.EndsWith("failing", StringComparison.Ordinal)));
        // Meanwhile the other alone says when.
        IEnumerable<int> alone = Enumerable.Range(1, 240).SelectMany(turn => new[] { 250 * turn, 250 * turn + 200 });
        Assert.Equal([.. Told("look other", 0, 50, 100), .. Told("look other", [.. alone]), .. Told("look other", again)], _told.Where(told => told.EndsWith("look other", StringComparison.Ordinal)));
        Assert.Equal(Told("take other", [.. Enumerable.Range(1, 242).Select(turn => 250 * turn)]), _told.Where(told => told.EndsWith("take other", StringComparison.Ordinal)));
    }

    void IProfilerCost.Begin(IContinuousProfiler profiler)
    {
    }

    TimeSpan IProfilerCost.End(IContinuousProfiler profiler) => TimeSpan.Zero;

    private static IEnumerable<string> Told(string what, params int[] times) => times.Select(at => $"{at} {what}");

    private void Add(string name, TimeSpan pause, double lookMilliseconds = 0) => _profilers.Add(new ContinuousProfiler(
        new ContinuousSettings(name, TimeSpan.FromHours(1), 0.01, 2, _ => null),
        () => _running[name] = new FakeProfiler
        {
            LookPause = pause,
            Looked = () =>
            {
                Tell("look", name);
                if (_broken is { } broken && broken.Name == name && Now() == broken.At)
                    throw new IOException("no more");
                _time.Advance(TimeSpan.FromMilliseconds(lookMilliseconds));
            },
            Taken = () => Tell("take", name),
        },
        this,
        _time,
        (_, _, _) => { },
        _warnings.Add));

    private void RunUntil(int end) => new ContinuousTurns(
        _profilers,
        _time,
        length =>
        {
            _rests.Add(length.TotalMilliseconds);
            Assert.True(_rests.Count < MostRests, "time stands still");
            TimeSpan left = TimeSpan.FromMilliseconds(end - Now());
            if (left > length)
                _time.Advance(length);
            else if (left > TimeSpan.Zero)
                _time.Advance(left);
            return left <= length;
        }).Run();

    private double Now() => _time.GetElapsedTime(_began).TotalMilliseconds;

    private void Tell(string what, string name) => _told.Add(string.Create(CultureInfo.InvariantCulture, $"{Now()} {what} {name}"));
}
