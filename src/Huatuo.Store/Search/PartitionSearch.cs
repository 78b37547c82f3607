using System.Globalization;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Search;

/// <summary>The search in one partition: the index of words gives candidates, the filter decides.</summary>
internal sealed class PartitionSearch(
    SqliteConnection connection, EventQuery query, DocumentFilter filter, string? tracers, long after, long before, PartitionBounds bounds) : IDisposable
{
    // A word in more stacks than this is common enough to look at every event.
    private const int MostStacks = 300;

    private readonly string _n = bounds.N.ToString(CultureInfo.InvariantCulture);
    private StackExpansion? _stacks;
    private SqliteStatement? _fetch;

    /// <summary>Takes an event that was found.</summary>
    /// <returns>Whether to go on.</returns>
    public delegate bool Found(long id, ReadOnlySpan<byte> document);

    /// <summary>The partition's number.</summary>
    public long N => bounds.N;

    /// <summary>The number of its first event.</summary>
    public long FirstId => bounds.FirstId;

    /// <summary>The number of the last event, or that of the event before the partition.</summary>
    public long LastId() => Math.Max(connection.Number($"SELECT max(id) FROM events_{_n}"), bounds.FirstId - 1);

    /// <summary>Finds events.</summary>
    /// <param name="newestFirst">In which order.</param>
    /// <param name="found">Takes each.</param>
    /// <param name="goesOn">Asked with the number of each event that was looked at, whether to look at another.</param>
    public void Find(bool newestFirst, Found found, Func<long, bool>? goesOn = null)
    {
        (long from, long to) = Range();
        if (from > to)
            return;
        using SqliteStatement rows = Select(newestFirst ? "DESC" : "ASC", from, to, isEach: goesOn is not null);
        while (rows.Step())
        {
            ReadOnlySpan<byte> document = Stacks.Expand(rows.Bytes(1));
            if (!document.IsEmpty && filter.Passes(document) && !found(rows.Number(0), document))
                return;
            if (goesOn?.Invoke(rows.Number(0)) == false)
                return;
        }
    }

    /// <summary>Finds the event whose document begins so.</summary>
    /// <param name="head">The beginning, which holds its id.</param>
    /// <param name="madeNs">When the document was made.</param>
    /// <returns>Its number, or 0.</returns>
    public long Find(ReadOnlySpan<byte> head, long madeNs)
    {
        // It was made after the event had happened and before it arrived, but for what clocks differ by.
        const long clockNs = 1_000_000_000;
        long last = LastId();
        long from = FirstArrivedAt(madeNs - bounds.LeadNs - clockNs, last);
        long to = FirstArrivedAt(madeNs + bounds.LagNs + clockNs, last);
        using SqliteStatement rows = connection.Prepare($"SELECT id, document FROM events_{_n} WHERE id BETWEEN ?1 AND ?2 ORDER BY id");
        rows.Bind(1, from).Bind(2, to);
        while (rows.Step())
            if (rows.Bytes(1).StartsWith(head))
                return rows.Number(0);
        return 0;
    }

    /// <summary>The number of the last event that arrived before a time, or that of the event before the partition.</summary>
    public long LastBefore(long timeNs) => FirstArrivedAt(timeNs, LastId()) - 1;

    /// <summary>Fetches the document of an event, if it is there.</summary>
    public void Fetch(long id, DocumentBuffer buffer)
    {
        _fetch ??= connection.Prepare($"SELECT document FROM events_{_n} WHERE id=?1");
        if (_fetch.Bind(1, id).Step())
            buffer.Add(Stacks.Expand(_fetch.Bytes(0)));
        _fetch.Reset();
    }

    /// <inheritdoc/>
    public void Dispose() => _fetch?.Dispose();

    private StackExpansion Stacks => _stacks ??= new StackExpansion(connection, _n);

    // Where each event is a row, also one whose time or tracer is not asked for, that one is without a document.
    private SqliteStatement Select(string order, long from, long to, bool isEach)
    {
        string asked = $"e.time_ns BETWEEN ?3 AND ?4{(tracers is null ? "" : $" AND e.tracer IN ({tracers})")}";
        (string document, string also) = isEach ? ($"CASE WHEN {asked} THEN e.document END", "") : ("e.document", $" AND {asked}");
        string words = Expression();
        SqliteStatement rows = words.Length == 0
            ? connection.Prepare($"SELECT e.id, {document} FROM events_{_n} e WHERE e.id BETWEEN ?1 AND ?2{also} ORDER BY e.id {order}")
            : connection.Prepare($"""
                SELECT e.id, {document} FROM words_{_n} CROSS JOIN events_{_n} e ON e.id=words_{_n}.rowid
                WHERE words_{_n} MATCH ?5 AND words_{_n}.rowid BETWEEN ?1 AND ?2{also} ORDER BY words_{_n}.rowid {order}
                """);
        rows.Bind(1, from).Bind(2, to).Bind(3, query.SinceNs ?? long.MinValue).Bind(4, query.UntilNs ?? long.MaxValue);
        return words.Length == 0 ? rows : rows.BindText(5, System.Text.Encoding.UTF8.GetBytes(words));
    }

    /// <summary>What the index is asked for; empty when it is of no use.</summary>
    private string Expression()
    {
        List<string> groups = [];
        foreach (IReadOnlyList<SoughtWord> group in filter.Implied)
        {
            List<string> alternatives = [.. group.Select(word => word.Expression)];
            foreach (SoughtWord word in group)
                alternatives.AddRange(StacksWith(word));
            if (alternatives.Count <= MostStacks)
                groups.Add($"({string.Join(" OR ", alternatives)})");
        }
        // One tracer's events may be rare among the others'; its name is a word of each.
        if (query.Tracers is [var tracer])
            groups.AddRange(SoughtWord.Parse(tracer).Select(word => word.Expression));
        return string.Join(" AND ", groups);
    }

    private List<string> StacksWith(SoughtWord word)
    {
        using SqliteStatement rows = connection.Prepare($"SELECT rowid FROM stack_words_{_n} WHERE stack_words_{_n} MATCH ?1 LIMIT {MostStacks}");
        rows.BindText(1, System.Text.Encoding.UTF8.GetBytes(word.Expression));
        List<string> stacks = [];
        while (rows.Step())
            stacks.Add(string.Create(CultureInfo.InvariantCulture, $"\"#{rows.Number(0)}\""));
        return stacks;
    }

    /// <summary>The numbers between which the events lie that the query's times leave.</summary>
    private (long From, long To) Range()
    {
        long last = Math.Min(LastId(), before - 1);
        long from = Math.Max(bounds.FirstId, after + 1);
        // An event arrived at most so long before or after it happened as was noted.
        if (query.SinceNs is { } since)
            from = Math.Max(from, FirstArrivedAt(since - bounds.LeadNs, last));
        if (query.UntilNs is { } until && until < long.MaxValue - bounds.LagNs)
            last = Math.Min(last, FirstArrivedAt(until + bounds.LagNs + 1, last) - 1);
        return (from, last);
    }

    /// <summary>The first event that arrived at a time or later; the one after the last if there is none.</summary>
    private long FirstArrivedAt(long timeNs, long last)
    {
        using SqliteStatement arrived = connection.Prepare($"SELECT arrived_ns FROM events_{_n} WHERE id=?1");
        (long low, long high) = (bounds.FirstId, last + 1);
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            arrived.Bind(1, middle);
            bool isBefore = arrived.Step() && arrived.Number(0) < timeNs;
            arrived.Reset();
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
