namespace Huatuo.Flow.Tracing;

/// <summary>How long to wait before another try: a second after the first failure, twice as long after each that follows, five minutes at most.</summary>
public sealed class BackOff
{
    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private TimeSpan _next = First;

    /// <summary>Something failed.</summary>
    /// <returns>How long to wait now.</returns>
    public TimeSpan Next()
    {
        TimeSpan wait = _next;
        _next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }

    /// <summary>It went well: the next failure is a first one.</summary>
    public void Reset() => _next = First;
}
