namespace Huatuo.Store.Remote;

/// <summary>Tells the log when documents are not delivered, and when they are again, without repeating itself.</summary>
/// <param name="sink">The sink's name.</param>
/// <param name="time">Time.</param>
/// <param name="log">Takes one line.</param>
internal sealed class RemoteTrouble(string sink, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long _toldAt;
    private long _refusalToldAt;
    private long _refused;
    private bool _failing;
    private string? _last;

    /// <summary>The last thing that went wrong, or null.</summary>
    public string? Last => Volatile.Read(ref _last);

    /// <summary>Whether documents are not delivered at present.</summary>
    public bool Failing => Volatile.Read(ref _failing);

    /// <summary>Documents could not be delivered now.</summary>
    public void Failed(string message)
    {
        if (!_failing || (message != _last && time.GetElapsedTime(_toldAt) >= Interval))
        {
            log($"{sink}: {message}; events wait in the spool");
            _toldAt = time.GetTimestamp();
        }
        Volatile.Write(ref _last, message);
        Volatile.Write(ref _failing, true);
    }

    /// <summary>Documents were delivered.</summary>
    public void Worked()
    {
        if (_failing)
            log($"{sink}: events are delivered again");
        Volatile.Write(ref _failing, false);
    }

    /// <summary>The server never takes some documents.</summary>
    /// <param name="documents">How many.</param>
    /// <param name="reason">Why not the last of them.</param>
    public void Refused(long documents, string reason)
    {
        bool first = _refused == 0;
        _refused += documents;
        if (!first && time.GetElapsedTime(_refusalToldAt) < Interval)
            return;
        log($"{sink}: refused so far: {_refused} events, the last because of {reason}");
        _refusalToldAt = time.GetTimestamp();
    }
}
