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
    /// <exception cref="EventReadException">The database cannot be read.</exception>
    public void SearchNew(EventQuery query, DocumentReceiver receive)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (_file?.IsStillThere() != true)
        {
            if (!File.Exists(_path))
                return;
            Dispose();
            _file = new Sqlite.DatabaseFile(_path);
            _newest = 0;
        }
        _reader ??= EventReader.OpenReady(_path);
        if (_reader is not { } reader)
            return;
        _newest = reader.Search(query.WithoutLimit(), _newest, receive);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
