using System.Globalization;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Search;

/// <summary>One search over all partitions.</summary>
internal sealed class SearchRun
{
    private readonly SqliteConnection _connection;
    private readonly EventQuery _query;
    private readonly long _after;
    private readonly DocumentFilter _filter;
    private readonly string? _tracers;

    public SearchRun(SqliteConnection connection, EventQuery query, long after)
    {
        _connection = connection;
        _query = query;
        _after = after;
        _filter = new DocumentFilter(query);
        _tracers = query.Tracers.Count > 0 ? string.Join(',', TracerIds()) : null;
    }

    /// <summary>Gives what is found in the order of arrival.</summary>
    /// <returns>The number of the newest event.</returns>
    public long Run(DocumentReceiver receive)
    {
        List<PartitionSearch> partitions = [.. Partitions()];
        long newest = partitions.Count > 0 ? Math.Max(_after, partitions[^1].LastId()) : _after;
        if (_tracers?.Length == 0)
            return newest;
        if (_query.Limit == 0)
        {
            foreach (PartitionSearch partition in partitions)
                partition.Find(newestFirst: false, (_, document) => { receive(document); return true; });
            return newest;
        }

        int wanted = _query.Limit;
        int oldest = partitions.Count;
        List<List<long>> found = [];
        while (oldest > 0 && wanted > 0)
        {
            List<long> ids = [];
            partitions[--oldest].Find(newestFirst: true, (id, _) => { ids.Add(id); return --wanted > 0; });
            found.Add(ids);
        }
        for (int i = found.Count - 1; i >= 0; i--, oldest++)
            partitions[oldest].Give(found[i], receive);
        return newest;
    }

    private IEnumerable<PartitionSearch> Partitions()
    {
        using SqliteStatement rows = _connection.Prepare("SELECT n, first_id, lag_ns, lead_ns FROM partitions ORDER BY n");
        while (rows.Step())
            yield return new PartitionSearch(_connection, _query, _filter, _tracers, _after, new PartitionBounds(rows.Number(0), rows.Number(1), rows.Number(2), rows.Number(3)));
    }

    private IEnumerable<string> TracerIds()
    {
        using SqliteStatement find = _connection.Prepare("SELECT id FROM tracers WHERE name=?1");
        foreach (string tracer in _query.Tracers)
        {
            find.BindText(1, System.Text.Encoding.UTF8.GetBytes(tracer));
            if (find.Step())
                yield return find.Number(0).ToString(CultureInfo.InvariantCulture);
            find.Reset();
        }
    }
}
