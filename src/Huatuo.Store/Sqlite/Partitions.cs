using System.Globalization;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Sqlite;

/// <summary>
/// The partitions of the database. Each takes an eighth of the size or age that all may have; the oldest are dropped when
/// the next one would not fit any more, or when all that is in them is too old.
/// </summary>
/// <param name="connection">The database.</param>
/// <param name="maxPages">The bound of its size, in pages.</param>
/// <param name="maxAge">The bound of its age.</param>
internal sealed class Partitions(SqliteConnection connection, long maxPages, TimeSpan maxAge) : IDisposable
{
    private const int Parts = 8;

    private readonly SqliteStatement _pages = connection.Prepare("PRAGMA page_count");
    private readonly SqliteStatement _free = connection.Prepare("PRAGMA freelist_count");
    private readonly SqliteStatement _last = connection.Prepare("SELECT n, first_id, first_ns FROM partitions ORDER BY n DESC LIMIT 1");
    private readonly SqliteStatement _closed = connection.Prepare("SELECT coalesce(sum(pages), 0) FROM partitions");
    private readonly SqliteStatement _oldest = connection.Prepare("SELECT n FROM partitions ORDER BY n LIMIT 1");
    private readonly SqliteStatement _count = connection.Prepare("SELECT count(*) FROM partitions");
    private readonly SqliteStatement _oldestEnd = connection.Prepare("SELECT last_ns FROM partitions WHERE last_ns IS NOT NULL ORDER BY n LIMIT 1");
    private readonly SqliteStatement _lag = connection.Prepare("UPDATE partitions SET lag_ns=max(lag_ns, ?2), lead_ns=max(lead_ns, ?3) WHERE n=?1 AND (lag_ns<?2 OR lead_ns<?3)");
    private (long Partition, long LagNs, long LeadNs) _noted;

    /// <summary>The number that follows on the last event's, and when that one arrived.</summary>
    public (long NextId, long ArrivedNs) End()
    {
        long n = One(_last, 0), firstId = One(_last, 1), firstNs = One(_last, 2);
        if (n == 0)
            return (1, 0);
        string events = string.Create(CultureInfo.InvariantCulture, $"events_{n}");
        long last = connection.Number($"SELECT max(id) FROM {events}");
        if (last == 0)
            return (firstId, firstNs);
        return (last + 1, connection.Number(string.Create(CultureInfo.InvariantCulture, $"SELECT arrived_ns FROM {events} WHERE id={last}")));
    }

    /// <summary>The partition to write to. Within a transaction.</summary>
    /// <param name="nextId">The next event's number.</param>
    /// <param name="lastNs">When the last event arrived.</param>
    /// <param name="nowNs">When the next one does.</param>
    public long Current(long nextId, long lastNs, long nowNs)
    {
        long n = One(_last, 0);
        return n > 0 && (nextId == One(_last, 1) || (OwnPages() < maxPages / Parts && nowNs - One(_last, 2) < maxAge.Ticks * 100 / Parts)) ? n : Next(nextId, lastNs, nowNs);
    }

    /// <summary>Begins the next partition, or the current one anew while nothing is in it. Within a transaction.</summary>
    /// <param name="nextId">The next event's number.</param>
    /// <param name="lastNs">When the last event arrived.</param>
    /// <param name="nowNs">When the next one does.</param>
    public long Next(long nextId, long lastNs, long nowNs)
    {
        long n = One(_last, 0);
        if (n > 0 && nextId == One(_last, 1))
        {
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"UPDATE partitions SET first_ns={nowNs} WHERE n={n}"));
            return n;
        }
        if (n > 0)
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"UPDATE partitions SET pages={OwnPages()}, last_ns={lastNs} WHERE n={n}"));
        n++;
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO partitions(n, first_id, first_ns) VALUES({n}, {nextId}, {nowNs})"));
        Schema.CreatePartition(connection, n);
        // The current one may grow to its part, and by one transaction more.
        while (One(_count) > 1 && One(_pages) - One(_free) > maxPages - maxPages / Parts * 3 / 2)
            Schema.DropPartition(connection, One(_oldest));
        if (One(_pages) > maxPages)
            connection.Execute("PRAGMA incremental_vacuum");
        return n;
    }

    /// <summary>Whether what arrived at a time is too old.</summary>
    public bool IsOld(long arrivedNs, long nowNs) => arrivedNs > 0 && nowNs - arrivedNs > maxAge.Ticks * 100;

    /// <summary>Whether the oldest partition that is written no more holds nothing that is young enough.</summary>
    public bool HasOld(long nowNs) => IsOld(One(_oldestEnd), nowNs);

    /// <summary>Drops partitions that hold nothing that is young enough. Within a transaction.</summary>
    public void DropOld(long nowNs)
    {
        while (HasOld(nowNs))
            Schema.DropPartition(connection, One(_oldest));
    }

    /// <summary>Notes how far from its time an event arrived. Within a transaction.</summary>
    public void NoteDistance(long partition, long lagNs, long leadNs)
    {
        if ((partition, lagNs, leadNs) == _noted)
            return;
        _lag.Bind(1, partition).Bind(2, lagNs).Bind(3, leadNs).Run();
        _noted = (partition, lagNs, leadNs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteStatement statement in (SqliteStatement[])[_pages, _free, _last, _closed, _oldest, _count, _oldestEnd, _lag])
            statement.Dispose();
    }

    // Of the current partition: those of all but the closed ones.
    private long OwnPages() => One(_pages) - One(_free) - One(_closed);

    private static long One(SqliteStatement statement, int column = 0)
    {
        try
        {
            return statement.Step() ? statement.Number(column) : 0;
        }
        finally
        {
            statement.Reset();
        }
    }
}
