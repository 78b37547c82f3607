namespace Huatuo.Store.Remote;

/// <summary>How long to wait after each failure in a row: half a second, then twice as long each time, up to a minute; of each
/// a random half to whole, so that many agents do not come back together.</summary>
/// <param name="random">The randomness.</param>
internal sealed class RetrySchedule(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private TimeSpan _next = First;

    /// <summary>The wait after one more failure.</summary>
    /// <param name="asked">What the server asks for; it is given, up to five minutes.</param>
    public TimeSpan Next(TimeSpan? asked = null)
    {
        TimeSpan wait = _next * (0.5 + random.NextDouble() / 2);
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, Longest.Ticks));
        return asked > wait ? TimeSpan.FromTicks(Math.Min(asked.Value.Ticks, 5 * Longest.Ticks)) : wait;
    }

    /// <summary>It worked.</summary>
    public void Reset() => _next = First;
}
