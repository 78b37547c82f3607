namespace Huatuo.Store.Search;

/// <summary>A database that is searched again and again for what is new, also when the agent makes a new file meanwhile.</summary>
/// <param name="path">The file.</param>
public sealed class FollowedEvents(string path) : IDisposable
{
    private readonly string _path = path;
    private Sqlite.DatabaseFile? _file;
    private EventReader? _reader;
    private long _newest;

    /// <summary>Gives what a query asks for.</summary>
    /// <exception cref="EventReadException">The database cannot be read.</exception>
    public void Search(EventQuery query, DocumentReceiver receive)
    {
        _file = new Sqlite.DatabaseFile(_path);
        _reader = EventReader.Open(_path);
        _newest = _reader.Search(query, after: 0, receive);
    }

    /// <summary>Gives what a query asks for among the events that were stored since the last search, whatever its limit.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="receive">Takes each document, byte for byte as it was stored.</param>
    /// <param name="gap">Told before the documents behind it that events may be missing: they were dropped before this search, or another file is there.</param>
    /// <exception cref="EventReadException">The database cannot be read.</exception>
    public void SearchNew(EventQuery query, DocumentReceiver receive, Action gap)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(gap);
        if (_file?.IsStillThere() != true)
        {
            if (!File.Exists(_path))
                return;
            Dispose();
            _file = new Sqlite.DatabaseFile(_path);
            _newest = 0;
            gap();
        }
        _reader ??= EventReader.OpenReady(_path);
        if (_reader is not { } reader)
            return;
        _newest = reader.Search(query.WithoutLimit(), _newest, receive, gap);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
