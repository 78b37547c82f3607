namespace Huatuo.Store.Otlp.Profiles;

/// <summary>Entries, each once, in the order in which they came.</summary>
/// <param name="first">The entry with index 0.</param>
internal sealed class IndexedTable<T>(T first)
    where T : notnull
{
    private readonly Dictionary<T, int> _indices = new() { [first] = 0 };
    private readonly List<T> _entries = [first];

    /// <summary>The entries.</summary>
    public IReadOnlyList<T> Entries => _entries;

    /// <summary>The index of an entry, which is there from then on.</summary>
    public int IndexOf(T entry)
    {
        if (_indices.TryGetValue(entry, out int index))
            return index;
        _entries.Add(entry);
        return _indices[entry] = _entries.Count - 1;
    }

    /// <summary>Takes all out but the first.</summary>
    public void Clear()
    {
        _indices.Clear();
        _entries.Clear();
        IndexOf(first);
    }
}
