namespace Huatuo.Store.Remote;

/// <summary>
/// The documents of a batch that the server did not take although it took others of the same request, at first and again after a
/// time. Those alone may be given up: when none is taken, the server has an outage, and everything waits.
/// </summary>
/// <param name="time">Time.</param>
internal sealed class PassedOver(TimeProvider time)
{
    private const int Tries = 10;
    private static readonly TimeSpan BlockedTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BusyTime = TimeSpan.FromMinutes(30);

    private readonly Dictionary<int, (int Tries, long Since)> _documents = [];

    /// <summary>Forgets all of them.</summary>
    public void Clear() => _documents.Clear();

    /// <summary>A document was not taken once more.</summary>
    /// <param name="document">Its index in the batch.</param>
    /// <param name="isBlocked">Whether it waits for somebody, and not for the server to have room.</param>
    /// <param name="beside">Whether others of the request were taken. Its tries and its time count from then.</param>
    /// <param name="progress">Whether others of the batch were. They count anew.</param>
    /// <returns>Whether it has been tried often and long enough, and others are taken still.</returns>
    public bool IsGivenUp(int document, bool isBlocked, bool beside, bool progress)
    {
        if (!progress && _documents.TryGetValue(document, out var known))
        {
            _documents[document] = known with { Tries = known.Tries + 1 };
            return beside && known.Tries + 1 >= Tries && time.GetElapsedTime(known.Since) >= (isBlocked ? BlockedTime : BusyTime);
        }
        if (beside)
            _documents[document] = (1, time.GetTimestamp());
        return false;
    }
}
