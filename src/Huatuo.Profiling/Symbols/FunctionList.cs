using System.Runtime.InteropServices;

namespace Huatuo.Profiling.Symbols;

/// <summary>Functions as they are found in a file. Somebody else wrote it, so there are bounds of how many are kept, and how long their names are.</summary>
internal sealed class FunctionList
{
    /// <summary>How many functions are kept, and how many bytes of names.</summary>
    internal const int Most = 1 << 20, MostNameBytes = 96 << 20;

    /// <summary>A longer name is none.</summary>
    internal const int LongestName = 4096;

    private const int EntryBytes = 32;

    private readonly List<FunctionTable.Entry> _entries = [];
    private readonly List<byte> _names = [];

    internal int Count => _entries.Count;

    /// <summary>About what it takes in memory, with a table of it.</summary>
    internal long Bytes => _entries.Count * 2L * EntryBytes + _names.Count * 2L;

    /// <summary>Adds a function.</summary>
    /// <param name="start">Its address.</param>
    /// <param name="bytes">Its size; 0 when that is not known.</param>
    /// <param name="rank">Of several at one address, the one with the lowest is taken.</param>
    /// <param name="name">Its name; one without a name, or with one that is too long, is left out.</param>
    /// <returns>False when there is no room for more.</returns>
    internal bool TryAdd(ulong start, ulong bytes, int rank, ReadOnlySpan<byte> name)
    {
        if (_entries.Count >= Most || _names.Count > MostNameBytes - LongestName)
            return false;
        if (name.Length is 0 or > LongestName)
            return true;
        _entries.Add(new FunctionTable.Entry(start, bytes, rank, _names.Count, name.Length));
        _names.AddRange(name);
        return true;
    }

    /// <summary>Them, sorted. Of some that lie within each other, the one that begins last is found.</summary>
    internal FunctionTable Table() => FunctionTable.Of(_entries, CollectionsMarshal.AsSpan(_names));

    /// <summary>The same, of code that takes the place of other code: where several lie, the one with the lowest rank is found.</summary>
    internal FunctionTable TableOfLatest() => FunctionTable.Of(Overlaps.Resolve(_entries), CollectionsMarshal.AsSpan(_names));
}
