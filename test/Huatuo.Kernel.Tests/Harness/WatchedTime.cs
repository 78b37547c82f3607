using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Time that stands still until a test moves it, and tells the test which timers were set.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
            _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>How long the next timer that is set will run.</summary>
    internal Task<TimeSpan> NextTimerAsync() => _timers.Reader.ReadAsync().AsTask().WaitAsync(s_patience);
}
