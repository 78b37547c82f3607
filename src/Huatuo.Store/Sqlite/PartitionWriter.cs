using System.Globalization;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Sqlite;

/// <summary>Writes events into one partition.</summary>
internal sealed class PartitionWriter : IDisposable
{
    private readonly DocumentScan _scan = new();
    private readonly StackRows _stacks;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _insertWords;
    private byte[] _stored = new byte[4096];

    /// <exception cref="SqliteException">The partition is not what it should be.</exception>
    public PartitionWriter(SqliteConnection connection, long partition)
    {
        Partition = partition;
        string n = partition.ToString(CultureInfo.InvariantCulture);
        _stacks = new StackRows(connection, partition);
        _insert = connection.Prepare($"INSERT INTO events_{n}(id, arrived_ns, time_ns, tracer, document) VALUES(?1, ?2, ?3, ?4, ?5)");
        _insertWords = connection.Prepare($"INSERT INTO words_{n}(rowid, words) VALUES(?1, ?2)");
    }

    /// <summary>The partition's number.</summary>
    public long Partition { get; }

    /// <summary>The greatest time by which an event arrived after it had happened, in nanoseconds.</summary>
    public long LagNs { get; private set; }

    /// <summary>The greatest time by which one arrived before, as when the clock was set back meanwhile.</summary>
    public long LeadNs { get; private set; }

    /// <summary>Writes one event.</summary>
    /// <returns>False when the document is not a JSON object.</returns>
    /// <exception cref="SqliteException">It cannot be written.</exception>
    public bool TryAdd(long id, long arrivedNs, long tracer, ReadOnlySpan<byte> document)
    {
        if (!_scan.TryScan(document))
            return false;
        ReadOnlySpan<byte> stored = CutStacks(document);
        long timeNs = _scan.TimeNs ?? arrivedNs;
        _insert.Bind(1, id).Bind(2, arrivedNs).Bind(3, timeNs).Bind(4, tracer).BindBlob(5, stored).Run();
        _insertWords.Bind(1, id).BindText(2, _scan.Words).Run();
        LagNs = Math.Max(LagNs, arrivedNs - timeNs);
        LeadNs = Math.Max(LeadNs, timeNs - arrivedNs);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stacks.Dispose();
        _insert.Dispose();
        _insertWords.Dispose();
    }

    private ReadOnlySpan<byte> CutStacks(ReadOnlySpan<byte> document)
    {
        if (_scan.Stacks.Count == 0)
            return document;
        // A reference is shorter than the shortest stack that is cut out.
        if (_stored.Length < document.Length)
            _stored = new byte[Math.Max(_stored.Length * 2, document.Length)];
        int length = 0;
        int from = 0;
        foreach (Range range in _scan.Stacks)
        {
            int start = range.Start.Value;
            long stack = _stacks.Find(document[range]);
            _scan.AddStack(stack);
            document[from..start].CopyTo(_stored.AsSpan(length));
            length += start - from;
            length += StackReference.Write(stack, _stored.AsSpan(length));
            from = range.End.Value;
        }
        document[from..].CopyTo(_stored.AsSpan(length));
        return _stored.AsSpan(0, length + document.Length - from);
    }
}
