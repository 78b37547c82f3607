using Huatuo.Flow.Tracing;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Flow.Tests.Tracing;

public sealed class EventBackoffTests
{
    private readonly FakeTimeProvider _time = new();

    private EventBackoff Backoff(int first = 10, int longest = 180, int quiet = 60) =>
        new(TimeSpan.FromMinutes(first), TimeSpan.FromMinutes(longest), TimeSpan.FromMinutes(quiet), _time);

    private int[] PassingMinutes(EventBackoff backoff, int minutes)
    {
        var passed = new List<int>();
        for (int minute = 0; minute < minutes; minute++)
        {
            if (backoff.Passes())
                passed.Add(minute);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
        return [.. passed];
    }

    [Fact]
    public void ThePauseDoublesUpToTheLongest() =>
        Assert.Equal([0, 10, 30, 70, 150, 310, 490, 670], PassingMinutes(Backoff(), 700));

    [Fact]
    public void AQuietTimeStartsItAnew()
    {
        EventBackoff backoff = Backoff();
        PassingMinutes(backoff, 40);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal([0, 10, 30], PassingMinutes(backoff, 40));
    }

    [Fact]
    public void ZeroLetsEverythingThrough() =>
        Assert.Equal(Enumerable.Range(0, 5), PassingMinutes(Backoff(first: 0), 5));
}
