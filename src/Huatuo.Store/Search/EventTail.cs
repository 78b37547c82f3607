using Huatuo.Store.Sqlite;

namespace Huatuo.Store.Search;

/// <summary>
/// The events of a database from some place on, as they are stored, also when the agent makes a new file meanwhile. Used by
/// one at a time; what it holds is bounded, and it holds up nobody.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="query">What is asked for, without a limit.</param>
/// <exception cref="ArgumentException">An operand of a condition is not what its operator needs.</exception>
public sealed class EventTail(string path, EventQuery query) : IDisposable
{
    private const int BufferBytes = 128 << 10;

    private readonly DocumentFilter _filter = new(query);
    private DatabaseFile? _file;
    private EventReader? _reader;
    private long? _last;
    private long _version;
    private bool _isWhole;
    private bool _isOther;

    /// <summary>Begins behind what is there.</summary>
    /// <exception cref="EventReadException">The database cannot be read.</exception>
    public void SkipAll() => Begin(Open() ? _reader!.LastBefore(long.MaxValue) : null);

    /// <summary>Begins at the first event that is there.</summary>
    public void SkipNothing() => Begin(null);

    /// <summary>Begins behind an event; when it is not there any more, with the first that arrived about then or later.</summary>
    /// <param name="id">The event.</param>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="EventReadException">The database cannot be read.</exception>
    public bool SkipTo(Guid id)
    {
        if (!Open())
            return false;
        long number = _reader!.NumberOf(id);
        Begin(number > 0 ? number : _reader.LastBefore(EventIdText.MadeNs(id)));
        return number > 0;
    }

    /// <summary>Gives some of the next documents.</summary>
    /// <param name="goesOn">Asked after each event that was looked at, whether to look at another.</param>
    /// <param name="gap">Told before the documents behind it that events may be missing: they were dropped before they were looked at, or another file is there.</param>
    /// <param name="receive">Takes each document, byte for byte as it was stored.</param>
    /// <returns>Whether there may be more already.</returns>
    /// <exception cref="EventReadException">The database cannot be read.</exception>
    public bool Read(Func<bool> goesOn, Action gap, DocumentReceiver receive)
    {
        ArgumentNullException.ThrowIfNull(gap);
        if (!Open())
            return false;
        long version = _reader!.Version();
        if (_isWhole && version == _version)
            return false;
        var buffer = new DocumentBuffer(BufferBytes);
        (long last, _isWhole, bool isBehindGap) = _reader.Some(query, _filter, _last ?? 0, goesOn, buffer);
        if (_isOther || (isBehindGap && _last is not null))
            gap();
        (_last, _version, _isOther) = (last, version, false);
        if (_isWhole)
            _reader.Rest();
        buffer.Give(receive);
        return !_isWhole;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }

    // Null for the first that is there, whichever that is.
    private void Begin(long? last)
    {
        _last = last;
        _isWhole = _isOther = false;
    }

    private bool Open()
    {
        if (_file?.IsStillThere() == true && _reader is not null)
            return true;
        if (!File.Exists(path))
            return false;
        if (_file?.IsStillThere() != true)
        {
            Dispose();
            _isOther |= _last is not null;
            _last = null;
            _file = new DatabaseFile(path);
        }
        _isWhole = false;
        _reader ??= EventReader.OpenReady(path);
        return _reader is not null;
    }
}
