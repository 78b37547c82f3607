namespace Huatuo.Http.Security;

/// <summary>A bucket that fills steadily: so many requests a second, and twice as many at once after a rest.</summary>
/// <param name="perSecond">How many, asked each time.</param>
/// <param name="time">Time.</param>
internal sealed class RateLimit(Func<int> perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _left = 2.0 * perSecond();
    private long _filled = time.GetTimestamp();

    /// <summary>Takes one; false when there is none left.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            int rate = perSecond();
            _left = Math.Min(2.0 * rate, _left + (time.GetElapsedTime(_filled, now).TotalSeconds * rate));
            _filled = now;
            if (_left < 1)
                return false;
            _left--;
            return true;
        }
    }
}
