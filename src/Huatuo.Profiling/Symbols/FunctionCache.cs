namespace Huatuo.Profiling.Symbols;

/// <summary>
/// The functions of files, by build id, so that a library is read once for all processes and containers. The least
/// recently used make room.
/// </summary>
/// <param name="mostBytes">What it keeps at most, beside the one that is in use.</param>
internal sealed class FunctionCache(long mostBytes)
{
    private readonly Dictionary<string, LinkedListNode<(string Key, FunctionTable Table)>> _known = [];
    private readonly LinkedList<(string Key, FunctionTable Table)> _byUse = new();
    private long _bytes;

    /// <summary>Bytes that it keeps.</summary>
    internal long Bytes => _bytes;

    /// <summary>Gives a file's functions.</summary>
    /// <param name="key">What tells the file apart.</param>
    /// <param name="load">Reads it; null when that was not possible now, which is not remembered.</param>
    internal FunctionTable Get(string key, Func<FunctionTable?> load)
    {
        if (_known.TryGetValue(key, out LinkedListNode<(string, FunctionTable)>? node))
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Item2;
        }
        if (load() is not { } table)
            return FunctionTable.Empty;
        _known[key] = _byUse.AddFirst((key, table));
        _bytes += Cost(table);
        while (_bytes > mostBytes && _byUse.Last is { } last && last != _byUse.First)
        {
            _byUse.RemoveLast();
            _known.Remove(last.Value.Key);
            _bytes -= Cost(last.Value.Table);
        }
        return table;
    }

    private static long Cost(FunctionTable table) => table.ResidentBytes + 512;
}
