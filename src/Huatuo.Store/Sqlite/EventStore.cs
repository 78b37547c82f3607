using Huatuo.Flow.Ledger;
using Huatuo.Store.Files;
using Huatuo.Store.Queues;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Sqlite;

/// <summary>The database file as the sink's thread sees it: opened when it is needed, closed after every failure.</summary>
internal sealed class EventStore(CurrentOptions<SqliteSinkOptions> current, TimeProvider time, Action<string> log) : IDocumentStore
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReleaseAfter = TimeSpan.FromSeconds(5);

    private readonly string _path = current.Value.Path;
    private OpenEventStore? _open;
    private SqliteSinkOptions? _openedBy;
    private DatabaseFile _file = new(current.Value.Path);
    private long _checkedAt;
    private long _syncedAt;
    private long _wroteAt;
    private bool _isUnsynced;
    private bool _holdsMemory;

    /// <inheritdoc/>
    public void Begin()
    {
        CheckReplaced();
        try
        {
            Open().Begin(NowNs());
        }
        catch (SqliteException failure) when (failure.IsCorrupt)
        {
            SetAside(failure);
            Try(() => Open().Begin(NowNs()));
        }
        catch (SqliteException failure)
        {
            throw Failure(failure);
        }
    }

    /// <inheritdoc/>
    public bool Add(DocumentLane lane, ReadOnlySpan<byte> document)
    {
        try
        {
            return _open!.Add(lane.Tracer, document);
        }
        catch (SqliteException failure)
        {
            throw Failure(failure);
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        Try(_open!.Commit);
        _wroteAt = time.GetTimestamp();
        _isUnsynced = _holdsMemory = true;
    }

    /// <inheritdoc/>
    public void Rollback() => Close();

    /// <inheritdoc/>
    public void Count(SinkLedger ledger, long documents) => ledger.Store(documents);

    /// <inheritdoc/>
    public TimeSpan Rest()
    {
        try
        {
            // Opening is not for the start of the agent to wait for, nor for its first event.
            OpenEventStore store = Open();
            if (_isUnsynced && time.GetElapsedTime(_syncedAt) >= current.Value.SyncInterval)
            {
                store.Checkpoint();
                _syncedAt = time.GetTimestamp();
                _isUnsynced = false;
            }
            if (_holdsMemory && time.GetElapsedTime(_wroteAt) >= ReleaseAfter)
            {
                store.ReleaseMemory();
                _holdsMemory = false;
            }
            store.DropOld(NowNs());
            return _isUnsynced ? current.Value.SyncInterval : _holdsMemory ? ReleaseAfter : AgeInterval;
        }
        catch (SqliteException failure)
        {
            // The next batch finds the same and tells it.
            if (failure.IsCorrupt)
                SetAside(failure);
            Close();
            return current.Value.SyncInterval;
        }
        catch (StoreException)
        {
            return AgeInterval;
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        _open?.Dispose();
        _open = null;
    }

    private TimeSpan AgeInterval => TimeSpan.FromTicks(Math.Clamp(current.Value.MaxAge.Ticks / 64, TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour));

    private long NowNs() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private OpenEventStore Open()
    {
        // Bounds are those that it was opened with; between transactions it can be closed.
        if (_open is not null && _openedBy != current.Value)
            Close();
        if (_open is not null)
            return _open;
        _openedBy = current.Value;
        if (DataDirectory.Make(_file.Directory) is { } noDirectory)
            throw new StoreException(noDirectory.Stage, noDirectory.ToString());
        try
        {
            _open = TryOpen();
            if (_open is null)
            {
                _file.SetAside("newer", out string aside);
                log($"{_path} was written by a newer version; it is kept as {aside}, and a new file is made");
                _open = TryOpen();
            }
        }
        catch (SqliteException failure) when (failure.IsCorrupt)
        {
            SetAside(failure);
            _open = TryOpen();
        }
        catch (DllNotFoundException)
        {
            throw new StoreException(SinkStage.Write, "libe_sqlite3.so is not beside the program, which cannot store events without it");
        }
        _file = new DatabaseFile(_path);
        _checkedAt = time.GetTimestamp();
        return _open ?? throw new StoreException(SinkStage.Write, $"{_path} cannot be set aside");
    }

    private OpenEventStore? TryOpen()
    {
        _file.Make();
        return OpenEventStore.TryOpen(_openedBy!);
    }

    /// <summary>Notices that somebody moved, removed or replaced the file, which SQLite would go on writing.</summary>
    private void CheckReplaced()
    {
        if (_open is null || time.GetElapsedTime(_checkedAt) < CheckInterval)
            return;
        _checkedAt = time.GetTimestamp();
        if (_file.IsStillThere())
            return;
        log($"{_path} was moved or removed by somebody else; going on with a new file");
        Close();
        // A log left behind by a removed file belongs to no other.
        _file.RemoveLog();
    }

    private void SetAside(SqliteException failure)
    {
        Close();
        _file.SetAside("damaged", out string aside);
        log($"{_path} is damaged ({failure.Message}); it is kept as {aside}, and a new file is made");
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (SqliteException failure)
        {
            throw Failure(failure);
        }
    }

    private StoreException Failure(SqliteException failure)
    {
        if (failure.IsCorrupt)
            SetAside(failure);
        bool isFull = failure.Code == LibSqlite.SQLITE_FULL || failure.Errno is Libc.ENOSPC or Libc.EDQUOT;
        string reason = failure.Errno == 0 ? failure.Message : $"{failure.Message}, {new IoFailure(failure.Errno, "use", _path)}";
        return new StoreException(isFull ? SinkStage.Full : SinkStage.Write, $"cannot store events in {_path}: {reason}");
    }
}
