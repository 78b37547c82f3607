namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>
/// Pressure that goes on is told by the kernel again and again: it is one episode until nothing was told for a minute. Used by one thread at a
/// time.
/// </summary>
/// <param name="time">Time.</param>
internal sealed class PressureEpisode(TimeProvider time)
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromMinutes(1);
    private long? _last;
    private bool _isTaken;

    /// <summary>The kernel tells of it.</summary>
    /// <returns>Whether it was not taken yet.</returns>
    internal bool Tell()
    {
        if (_last is { } last && time.GetElapsedTime(last) > s_quiet)
            _isTaken = false;
        _last = time.GetTimestamp();
        return !_isTaken;
    }

    /// <summary>There is a picture of it, or none is wanted.</summary>
    internal void Take() => _isTaken = true;
}
