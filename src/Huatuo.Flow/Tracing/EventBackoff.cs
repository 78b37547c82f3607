namespace Huatuo.Flow.Tracing;

/// <summary>
/// Lets the first event through, and after each one none for a time that doubles; a quiet time makes it start anew. For
/// events whose cause repeats them until somebody ends it. Used by one thread at a time.
/// </summary>
/// <param name="first">How long nothing passes after the first event; zero lets everything through.</param>
/// <param name="longest">The time does not grow beyond this.</param>
/// <param name="quiet">After so long without an event the time is <paramref name="first"/> again.</param>
/// <param name="time">Time.</param>
public sealed class EventBackoff(TimeSpan first, TimeSpan longest, TimeSpan quiet, TimeProvider time)
{
    private TimeSpan _next;
    private TimeSpan _pause;
    private long _passed;
    private long? _seen;

    /// <summary>Tells of an event.</summary>
    /// <returns>Whether it passes.</returns>
    public bool Passes()
    {
        long now = time.GetTimestamp();
        bool isQuiet = _seen is not { } seen || time.GetElapsedTime(seen, now) >= quiet;
        _seen = now;
        if (isQuiet)
            _next = first;
        else if (time.GetElapsedTime(_passed, now) < _pause)
            return false;
        _passed = now;
        _pause = _next;
        _next = _next * 2 < longest ? _next * 2 : longest;
        return true;
    }
}
