using Huatuo.AutoTracing.Looking;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.AutoTracing.Tests;

public sealed class SamplingLoopTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _looks = [];

    [Fact]
    public void Looks_of_one_moment_are_one_after_the_other()
    {
        var loop = new SamplingLoop(_time);
        using IDisposable five = loop.Start(TimeSpan.FromSeconds(5), () => _looks.Add("five"), _ => { });
        _time.Advance(TimeSpan.FromSeconds(3));
        using IDisposable ten = loop.Start(TimeSpan.FromSeconds(10), () => _looks.Add("ten"), _ => { });
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["five"], _looks);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["five", "five", "ten"], _looks);
    }

    [Fact]
    public void A_look_that_fails_is_told_and_the_next_are_made()
    {
        var loop = new SamplingLoop(_time);
        List<string> faults = [];
        using IDisposable bad = loop.Start(TimeSpan.FromSeconds(1), () => throw new InvalidOperationException("gone"), fault => faults.Add(Assert.IsType<InvalidOperationException>(fault).Message));
        IDisposable good = loop.Start(TimeSpan.FromSeconds(1), () => _looks.Add("good"), _ => { });
        for (int i = 0; i < 3; i++)
            _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((3, 3), (faults.Count, _looks.Count));
        good.Dispose();
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(3, _looks.Count);
    }

    [Fact]
    public async Task While_one_looks_others_can_begin_and_end_and_none_looks_after_its_end()
    {
        var loop = new SamplingLoop(_time);
        using var begun = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        IDisposable slow = loop.Start(TimeSpan.FromSeconds(1), () =>
        {
            begun.Set();
            release.Wait(TestContext.Current.CancellationToken);
            _looks.Add("slow");
        }, _ => { });
        Task looking = Task.Run(() => _time.Advance(TimeSpan.FromSeconds(1)), TestContext.Current.CancellationToken);
        begun.Wait(TestContext.Current.CancellationToken);
        IDisposable other = loop.Start(TimeSpan.FromSeconds(1), () => _looks.Add("other"), _ => { });
        other.Dispose();
        Task end = Task.Run(slow.Dispose, TestContext.Current.CancellationToken);
        Assert.False(end.IsCompleted);
        release.Set();
        await looking;
        await end;
        Assert.Equal(["slow"], _looks);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["slow"], _looks);
    }

    [Fact]
    public void A_subject_cools_down_on_its_own()
    {
        var coolDowns = new CoolDowns(TimeSpan.FromMinutes(30), _time);
        coolDowns.Begin(["a", "c"]);
        _time.Advance(TimeSpan.FromMinutes(29));
        Assert.True(coolDowns.Holds("a") && coolDowns.Holds("c"));
        Assert.False(coolDowns.Holds("b"));
        coolDowns.Begin(["b"]);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(coolDowns.Holds("a"));
        Assert.True(coolDowns.Holds("b"));
    }
}
