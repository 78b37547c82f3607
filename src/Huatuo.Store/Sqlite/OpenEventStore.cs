using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Sqlite;

/// <summary>The open database: transactions of events, bounded by size and age.</summary>
internal sealed class OpenEventStore : IDisposable
{
    // Five documents of the usual size fit a page, and little is left over.
    private const int PageBytes = 8192;
    private const int Open = LibSqlite.SQLITE_OPEN_READWRITE | LibSqlite.SQLITE_OPEN_CREATE;

    // A clock that was so far ahead would keep what came after it for that much too long.
    private const long SetBackNs = 60_000_000_000;

    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);

    private readonly SqliteConnection _connection;
    private readonly Partitions _partitions;
    private readonly TracerRows _tracers;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private PartitionWriter? _writer;
    private long _nextId;
    private long _arrivedNs;
    private bool _inTransaction;

    private OpenEventStore(SqliteConnection connection, SqliteSinkOptions options)
    {
        _connection = connection;
        _partitions = new Partitions(connection, options.MaxBytes / PageBytes, options.MaxAge);
        _tracers = new TracerRows(connection);
        (_nextId, _arrivedNs) = _partitions.End();
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");
    }

    /// <summary>Opens the file, makes it when there is none, and brings its tables up to date.</summary>
    /// <returns>Null when a newer version wrote it.</returns>
    /// <exception cref="SqliteException">It cannot be opened, or is damaged.</exception>
    public static OpenEventStore? TryOpen(SqliteSinkOptions options)
    {
        SqliteConnection connection = SqliteConnection.Open(options.Path, Open, Busy);
        try
        {
            // Page size and vacuum count for a new file only. Some 2 MiB of pages are cached, and 4 MiB of log kept.
            connection.Execute($"""
                PRAGMA page_size={PageBytes};
                PRAGMA auto_vacuum=INCREMENTAL;
                PRAGMA journal_mode=WAL;
                PRAGMA synchronous=NORMAL;
                PRAGMA cache_size=-2048;
                PRAGMA journal_size_limit=4194304;
                """);
            if (Schema.Upgrade(connection, Schema.Steps))
                return new OpenEventStore(connection, options);
            connection.Dispose();
            return null;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Starts a transaction, and a new partition when the current one has its size or age.</summary>
    public void Begin(long nowNs)
    {
        _begin.Run();
        _inTransaction = true;
        // Time does not go back within a partition, so that what arrived since some time is found by bisection.
        bool isSetBack = _arrivedNs - nowNs > SetBackNs;
        long lastNs = isSetBack ? nowNs : _arrivedNs;
        _arrivedNs = Math.Max(lastNs, nowNs);
        long partition = isSetBack ? _partitions.Next(_nextId, lastNs, nowNs) : _partitions.Current(_nextId, lastNs, _arrivedNs);
        if (_writer?.Partition == partition)
            return;
        _writer?.Dispose();
        _writer = null;
        _writer = new PartitionWriter(_connection, partition);
    }

    /// <summary>Adds an event to the transaction.</summary>
    /// <returns>False when the document is not a JSON object.</returns>
    public bool Add(string tracer, ReadOnlySpan<byte> document)
    {
        if (!_writer!.TryAdd(_nextId, _arrivedNs, _tracers.Find(tracer), document))
            return false;
        _nextId++;
        return true;
    }

    /// <summary>Ends the transaction; afterwards its events are stored.</summary>
    public void Commit()
    {
        _partitions.NoteDistance(_writer!.Partition, _writer.LagNs, _writer.LeadNs);
        _commit.Run();
        _inTransaction = false;
    }

    /// <summary>Brings the log to the disk and, as far as no reader needs it, into the database.</summary>
    public void Checkpoint() => _connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");

    /// <summary>Drops the partitions whose events are all too old.</summary>
    public void DropOld(long nowNs)
    {
        bool allOld = _partitions.IsOld(_arrivedNs, nowNs);
        if (!allOld && !_partitions.HasOld(nowNs))
            return;
        _begin.Run();
        _inTransaction = true;
        if (allOld)
            _partitions.Current(_nextId, _arrivedNs, nowNs);
        _partitions.DropOld(nowNs);
        _commit.Run();
        _inTransaction = false;
    }

    /// <summary>Gives back what the page cache holds.</summary>
    public void ReleaseMemory() => _connection.ReleaseMemory();

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer?.Dispose();
        if (_inTransaction)
            _connection.RollBack();
        _begin.Dispose();
        _commit.Dispose();
        _partitions.Dispose();
        _tracers.Dispose();
        _connection.Dispose();
    }
}
