using Huatuo.Profiling.Capturing;
using Huatuo.Profiling.Tests.Continuous;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Profiling.Tests.Capturing;

/// <summary>When a capture takes samples, and when it looks at processes, by a clock of the test.</summary>
public sealed class ProfileCaptureTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<int> _looks = [], _takes = [];

    [Fact]
    public async Task Processes_are_looked_at_as_often_as_is_asked_for_and_samples_are_taken_as_before()
    {
        await TakeAsync(TimeSpan.FromMilliseconds(20));
        // 50 is no multiple of 20: each time is cut short by taking.
        Assert.Equal([0, 20, 40, 50, 70, 90, 100, 120, 140, 150, 170, 190, 200, 220, 240, .. Enumerable.Range(0, 13).Select(look => 250 + (20 * look))], _looks);
        Assert.Equal([50, 100, 150, 200, 250, 500, 500], _takes);
    }

    [Fact]
    public async Task Where_nobody_asks_for_it_they_are_looked_at_once_for_each_time()
    {
        await TakeAsync(Timeout.InfiniteTimeSpan);
        Assert.Equal([0, 50, 100, 150, 200, 250], _looks);
        Assert.Equal([50, 100, 150, 200, 250, 500, 500], _takes);
    }

    [Fact]
    public async Task A_look_that_takes_long_makes_no_time_longer_and_parts_of_a_millisecond_are_rested()
    {
        await TakeAsync(TimeSpan.FromMilliseconds(30), lookMilliseconds: 20.5);
        // Of 50 there are 29.5 left, which is less than the 30 that are asked for, and rested as 30; later 20.5 and 30 are a look and its rest.
        Assert.Equal([0, 50, 101, 151, 202, 252, 303, 353, 404, 454], _looks);
        Assert.Equal([50, 101, 151, 202, 252, 500, 500], _takes);
    }

    private async Task TakeAsync(TimeSpan pause, double lookMilliseconds = 0)
    {
        long began = _time.GetTimestamp();
        int Now() => (int)_time.GetElapsedTime(began).TotalMilliseconds;
        using var profiler = new FakeProfiler { LookPause = pause, Looked = () => { _looks.Add(Now()); _time.Advance(TimeSpan.FromMilliseconds(lookMilliseconds)); }, Taken = () => _takes.Add(Now()), Split = _ => null };
        Task taking = ProfileCapture.TakeAsync(profiler, null, TimeSpan.FromMilliseconds(500), _time, CancellationToken.None);
        // What waits goes on within the call that moves the clock.
        for (int i = 0; i < 500; i++)
            _time.Advance(TimeSpan.FromMilliseconds(1));
        await taking.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }
}
