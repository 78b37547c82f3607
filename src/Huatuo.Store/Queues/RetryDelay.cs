namespace Huatuo.Store.Queues;

/// <summary>When to try again what failed: 100 ms later, then twice as long each time, up to 5 s.</summary>
internal sealed class RetryDelay(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan _delay;
    private long _failedAt;

    /// <summary>Whether the last try failed.</summary>
    public bool Failing => _delay > TimeSpan.Zero;

    /// <summary>How long until the next try; zero when it is due.</summary>
    public TimeSpan Left => TimeSpan.FromTicks(Math.Max(0, (_delay - time.GetElapsedTime(_failedAt)).Ticks));

    /// <summary>The try failed.</summary>
    /// <param name="progress">Whether it did a part of the work, so that the next is worth trying soon.</param>
    public void Fail(bool progress)
    {
        _delay = !Failing || progress ? First : TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, Longest.Ticks));
        _failedAt = time.GetTimestamp();
    }

    /// <summary>The try succeeded.</summary>
    public void Succeed() => _delay = TimeSpan.Zero;
}
