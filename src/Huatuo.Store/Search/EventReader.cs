using Huatuo.Store.Sqlite;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Search;

/// <summary>Searches the events of a database, also while an agent writes it. Used by one thread at a time.</summary>
public sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(5);

    private readonly SqliteConnection _connection;

    private EventReader(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens a database for reading.</summary>
    /// <param name="path">The file, <c>&lt;data-dir&gt;/events.db</c>.</param>
    /// <exception cref="EventReadException">It is not there, or cannot be read. The message says why.</exception>
    public static EventReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new EventReadException($"there is no {path}: no agent has stored events there (store.sqlite)");
        return OpenReady(path) ?? throw new EventReadException($"{path} has no events yet, or was written by an older version; the agent makes it ready");
    }

    /// <summary>Opens a database that is there; null when the agent has not made it ready yet.</summary>
    /// <exception cref="EventReadException">It cannot be read.</exception>
    internal static EventReader? OpenReady(string path) => EventReadException.Of(path, () =>
    {
        SqliteConnection connection = OpenFile(path);
        long version = connection.Number("PRAGMA user_version");
        if (version == Schema.Steps.Count)
            return new EventReader(connection);
        connection.Dispose();
        return version > Schema.Steps.Count ? throw new EventReadException($"{path} was written by a newer version of huatuo") : (EventReader?)null;
    });

    /// <summary>Gives the documents that a query asks for, in the order of their arrival.</summary>
    /// <param name="query">What is searched for.</param>
    /// <param name="after">Only events with a greater number than this.</param>
    /// <param name="receive">Takes each document, byte for byte as it was stored.</param>
    /// <param name="gap">Told before the documents behind it that events behind <paramref name="after"/>, which is not 0, are not there any more; for a query without a limit.</param>
    /// <returns>The number of the newest event, whether it was asked for or not; at least <paramref name="after"/>.</returns>
    /// <exception cref="ArgumentException">An operand of a condition is not what its operator needs.</exception>
    /// <exception cref="EventReadException">The database cannot be read.</exception>
    public long Search(EventQuery query, long after, DocumentReceiver receive, Action? gap = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(receive);
        var filter = new DocumentFilter(query);
        var buffer = new DocumentBuffer();
        if (query.Limit == 0)
        {
            bool isWhole;
            do
            {
                bool isFirst = after == 0;
                (after, isWhole, bool isBehindGap) = InSnapshot(query, filter, after, run => run.FindNext(buffer, () => true));
                if (isBehindGap && !isFirst)
                    gap?.Invoke();
                buffer.Give(receive);
            }
            while (!isWhole);
            return after;
        }

        (List<(long Partition, long Id)> found, long newest) = InSnapshot(query, filter, after, run => (run.FindNewest(), run.Newest));
        while (found.Count > 0)
        {
            InSnapshot(query, filter, after, run =>
            {
                run.Fetch(found, buffer);
                return true;
            });
            buffer.Give(receive);
        }
        return newest;
    }

    /// <summary>Gives a page of the documents that a query asks for, the newest first.</summary>
    /// <param name="query">What is searched for; its limit is that of the page.</param>
    /// <param name="before">Only events with a smaller number than this.</param>
    /// <param name="goesOn">Asked after each event that was looked at, whether to look at another: a page may end early.</param>
    /// <param name="receive">Takes each document, byte for byte as it was stored.</param>
    /// <returns>What to go on with as <paramref name="before"/>; null when there is nothing more.</returns>
    /// <exception cref="ArgumentException">An operand of a condition is not what its operator needs.</exception>
    /// <exception cref="EventReadException">The database cannot be read.</exception>
    public long? Page(EventQuery query, long before, Func<bool> goesOn, DocumentReceiver receive)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(receive);
        var buffer = new DocumentBuffer();
        long? last = InSnapshot(query, new DocumentFilter(query), 0, run => run.FindPage(buffer, goesOn), before);
        buffer.Give(receive);
        return last;
    }

    /// <summary>Gives the document with an id.</summary>
    /// <param name="id">The id, which tells when the document was made.</param>
    /// <param name="receive">Takes the document, byte for byte as it was stored.</param>
    /// <returns>False when it is not there.</returns>
    /// <exception cref="EventReadException">The database cannot be read.</exception>
    public bool Find(Guid id, DocumentReceiver receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        var buffer = new DocumentBuffer();
        bool isThere = NumberOf(id, buffer) > 0;
        buffer.Give(receive);
        return isThere;
    }

    /// <summary>The number of the event with an id; 0 when it is not there.</summary>
    internal long NumberOf(Guid id, DocumentBuffer? buffer = null) =>
        InSnapshot(new EventQuery(), new DocumentFilter(new EventQuery()), 0, run => run.Find(EventIdText.Head(id), EventIdText.MadeNs(id), buffer));

    /// <summary>The number of the last event that arrived before a time; 0 when there is none.</summary>
    internal long LastBefore(long timeNs) => InSnapshot(new EventQuery(), new DocumentFilter(new EventQuery()), 0, run => run.LastBefore(timeNs));

    /// <summary>Gives some of the documents that a query asks for, in the order of their arrival.</summary>
    internal (long Last, bool IsWhole, bool IsBehindGap) Some(EventQuery query, DocumentFilter filter, long after, Func<bool> goesOn, DocumentBuffer buffer) =>
        InSnapshot(query, filter, after, run => run.FindNext(buffer, goesOn));

    /// <summary>Another number each time that somebody else has changed the database.</summary>
    internal long Version() => EventReadException.Of("the event store", () => _connection.Number("PRAGMA data_version"));

    /// <summary>Gives back memory that is kept for the next search.</summary>
    internal void Rest() => _connection.ReleaseMemory();

    // Short, and never while somebody else is waited for: as long as it is held, the agent's log can only grow.
    private T InSnapshot<T>(EventQuery query, DocumentFilter filter, long after, Func<SearchRun, T> action, long before = long.MaxValue) => EventReadException.Of("the event store", () =>
    {
        _connection.Execute("BEGIN");
        try
        {
            using var run = new SearchRun(_connection, query, filter, after, before);
            return action(run);
        }
        finally
        {
            _connection.RollBack();
        }
    });

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static SqliteConnection OpenFile(string path)
    {
        SqliteConnection connection = SqliteConnection.Open(path, LibSqlite.SQLITE_OPEN_READONLY, Busy);
        try
        {
            connection.Number("PRAGMA schema_version");
            return connection;
        }
        catch (SqliteException failure) when (failure.Code is LibSqlite.SQLITE_CANTOPEN or LibSqlite.SQLITE_READONLY && !HasLog(path))
        {
            // The folder cannot be written, where a reader would note its lock; nobody else can write either.
            connection.Dispose();
            return SqliteConnection.Open($"file:{Uri.EscapeDataString(Path.GetFullPath(path))}?immutable=1", LibSqlite.SQLITE_OPEN_READONLY | LibSqlite.SQLITE_OPEN_URI, Busy);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static bool HasLog(string path) => new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };
}
