using System.Globalization;
using System.Text;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Search;

/// <summary>A search over all partitions of one state of the database.</summary>
internal sealed class SearchRun : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly EventQuery _query;
    private readonly DocumentFilter _filter;
    private readonly long _after;
    private readonly long _before;
    private readonly string? _tracers;
    private readonly List<PartitionSearch> _partitions;

    /// <param name="connection">The database, in a transaction.</param>
    /// <param name="query">What is searched for.</param>
    /// <param name="filter">The same, made ready.</param>
    /// <param name="after">Only events with a greater number than this.</param>
    /// <param name="before">Only events with a smaller number than this.</param>
    public SearchRun(SqliteConnection connection, EventQuery query, DocumentFilter filter, long after, long before = long.MaxValue)
    {
        _connection = connection;
        _query = query;
        _filter = filter;
        _after = after;
        _before = before;
        _tracers = query.Tracers.Count > 0 ? string.Join(',', TracerIds()) : null;
        _partitions = [.. Partitions()];
        Newest = _partitions.Count > 0 ? Math.Max(after, _partitions[^1].LastId()) : after;
        IsBehindGap = _partitions.Count > 0 && _partitions[0].FirstId > after + 1;
    }

    /// <summary>The number of the newest event, whether it is asked for or not.</summary>
    public long Newest { get; }

    /// <summary>Whether events directly behind the one to begin behind are not there any more.</summary>
    public bool IsBehindGap { get; }

    private bool IsEmpty => _tracers?.Length == 0;

    /// <summary>Finds the newest events, up to the query's limit.</summary>
    /// <returns>Where they are, the newest first.</returns>
    public List<(long Partition, long Id)> FindNewest()
    {
        List<(long Partition, long Id)> found = [];
        for (int i = _partitions.Count - 1; i >= 0 && found.Count < _query.Limit && !IsEmpty; i--)
        {
            PartitionSearch partition = _partitions[i];
            partition.Find(newestFirst: true, (id, _) =>
            {
                found.Add((partition.N, id));
                return found.Count < _query.Limit;
            });
        }
        return found;
    }

    /// <summary>Fetches found events, the last in the list first, until the buffer is full. What is gone meanwhile is left out.</summary>
    /// <param name="found">Loses what was fetched.</param>
    /// <param name="buffer">Takes the documents.</param>
    public void Fetch(List<(long Partition, long Id)> found, DocumentBuffer buffer)
    {
        while (found.Count > 0 && !buffer.IsFull)
        {
            (long n, long id) = found[^1];
            found.RemoveAt(found.Count - 1);
            _partitions.Find(partition => partition.N == n)?.Fetch(id, buffer);
        }
    }

    /// <summary>Finds events, the newest first, until there are as many as the query's limit, or the buffer is full.</summary>
    /// <param name="buffer">Takes the documents.</param>
    /// <param name="goesOn">Asked after each event, whether to look at another.</param>
    /// <returns>The number of the last event that was looked at; null when there is no other.</returns>
    public long? FindPage(DocumentBuffer buffer, Func<bool> goesOn)
    {
        int count = 0;
        long? last = null;
        for (int i = _partitions.Count - 1; i >= 0 && last is null && !IsEmpty; i--)
            last = Collect(_partitions[i], newestFirst: true, buffer, () => ++count < _query.Limit && !buffer.IsFull, goesOn);
        return last;
    }

    /// <summary>Finds events in the order of their arrival until the buffer is full.</summary>
    /// <param name="buffer">Takes the documents.</param>
    /// <param name="goesOn">Asked after each event, whether to look at another.</param>
    /// <returns>The number of the last event that was looked at, whether it was the last that there is, and whether some before were dropped.</returns>
    public (long Last, bool IsWhole, bool IsBehindGap) FindNext(DocumentBuffer buffer, Func<bool> goesOn)
    {
        foreach (PartitionSearch partition in _partitions)
            if (!IsEmpty && Collect(partition, newestFirst: false, buffer, () => !buffer.IsFull, goesOn) is { } last)
                return (last, false, IsBehindGap);
        return (Newest, true, IsBehindGap);
    }

    /// <summary>Finds the event whose document begins so.</summary>
    /// <param name="head">The beginning, which holds its id.</param>
    /// <param name="madeNs">When the document was made.</param>
    /// <param name="buffer">Takes the document; null when the number is enough.</param>
    /// <returns>Its number, or 0.</returns>
    public long Find(ReadOnlySpan<byte> head, long madeNs, DocumentBuffer? buffer)
    {
        for (int i = _partitions.Count - 1; i >= 0; i--)
        {
            long id = _partitions[i].Find(head, madeNs);
            if (id > 0 && buffer is not null)
                _partitions[i].Fetch(id, buffer);
            if (id > 0)
                return id;
        }
        return 0;
    }

    /// <summary>The number of the last event that arrived before a time; 0 when there is none.</summary>
    public long LastBefore(long timeNs) => _partitions.Select(partition => partition.LastBefore(timeNs)).DefaultIfEmpty(0).Max();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PartitionSearch partition in _partitions)
            partition.Dispose();
    }

    // The number of the event after which it ended early; null when all were looked at.
    private static long? Collect(PartitionSearch partition, bool newestFirst, DocumentBuffer buffer, Func<bool> hasRoom, Func<bool> goesOn)
    {
        long? last = null;
        bool Ends(bool ends, long id)
        {
            if (ends)
                last = id;
            return ends;
        }
        partition.Find(
            newestFirst,
            (id, document) =>
            {
                buffer.Add(document);
                return !Ends(!hasRoom(), id);
            },
            id => !Ends(!goesOn(), id));
        return last;
    }

    private IEnumerable<PartitionSearch> Partitions()
    {
        using SqliteStatement rows = _connection.Prepare("SELECT n, first_id, lag_ns, lead_ns FROM partitions ORDER BY n");
        while (rows.Step())
            yield return new PartitionSearch(_connection, _query, _filter, _tracers, _after, _before, new PartitionBounds(rows.Number(0), rows.Number(1), rows.Number(2), rows.Number(3)));
    }

    private IEnumerable<string> TracerIds()
    {
        using SqliteStatement find = _connection.Prepare("SELECT id FROM tracers WHERE name=?1");
        foreach (string tracer in _query.Tracers)
        {
            find.BindText(1, Encoding.UTF8.GetBytes(tracer));
            if (find.Step())
                yield return find.Number(0).ToString(CultureInfo.InvariantCulture);
            find.Reset();
        }
    }
}
