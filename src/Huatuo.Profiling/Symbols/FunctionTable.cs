namespace Huatuo.Profiling.Symbols;

/// <summary>Functions by address: sorted, their names in one piece. Immutable.</summary>
internal sealed class FunctionTable
{
    internal static readonly FunctionTable Empty = new([], [], [0], []);

    // A function may lie within another one, as the cold part that a compiler moved.
    private const int Nested = 8;

    private readonly ulong[] _starts;
    private readonly ulong[] _ends;
    private readonly int[] _nameOffsets;
    private readonly byte[] _names;

    private FunctionTable(ulong[] starts, ulong[] ends, int[] nameOffsets, byte[] names) =>
        (_starts, _ends, _nameOffsets, _names) = (starts, ends, nameOffsets, names);

    internal int Count => _starts.Length;

    internal long ResidentBytes => 2 * sizeof(ulong) * (long)_starts.Length + sizeof(int) * (long)_nameOffsets.Length + _names.Length;

    /// <summary>The function that an address lies in.</summary>
    /// <returns>False when none is known to.</returns>
    internal bool TryFind(ulong address, out ReadOnlySpan<byte> name)
    {
        int floor = Array.BinarySearch(_starts, address);
        if (floor < 0)
            floor = ~floor - 1;
        for (int i = floor; i >= 0 && i > floor - Nested; i--)
        {
            if (address >= _ends[i])
                continue;
            name = _names.AsSpan(_nameOffsets[i], _nameOffsets[i + 1] - _nameOffsets[i]);
            return true;
        }
        name = default;
        return false;
    }

    /// <summary>One function as it was found.</summary>
    /// <param name="Start">Its address.</param>
    /// <param name="Bytes">Its size; 0 when that is not known: then it reaches up to the next.</param>
    /// <param name="Rank">Of several at one address, the one with the lowest.</param>
    /// <param name="Name">Where its name lies in the text that they have in common.</param>
    /// <param name="NameBytes">How long that is.</param>
    internal readonly record struct Entry(ulong Start, ulong Bytes, int Rank, int Name, int NameBytes)
    {
        /// <summary>The address behind it.</summary>
        internal ulong End => Start + Math.Min(Bytes, ulong.MaxValue - Start);
    }

    /// <summary>Sorts functions.</summary>
    /// <param name="entries">In any order; sorted by this.</param>
    /// <param name="text">What their names lie in.</param>
    internal static FunctionTable Of(List<Entry> entries, ReadOnlySpan<byte> text)
    {
        entries.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Rank.CompareTo(b.Rank));
        int count = 0;
        int nameBytes = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            if (i > 0 && entries[i].Start == entries[i - 1].Start)
                continue;
            nameBytes += entries[i].NameBytes;
            count++;
        }
        var starts = new ulong[count];
        var ends = new ulong[count];
        var offsets = new int[count + 1];
        byte[] names = new byte[nameBytes];
        for (int i = 0, to = 0; i < entries.Count; i++)
        {
            Entry entry = entries[i];
            if (i > 0 && entry.Start == entries[i - 1].Start)
                continue;
            starts[to] = entry.Start;
            ends[to] = entry.Bytes == 0 ? 0 : entry.End;
            text.Slice(entry.Name, entry.NameBytes).CopyTo(names.AsSpan(offsets[to]));
            offsets[++to] = offsets[to - 1] + entry.NameBytes;
        }
        for (int i = 0; i < count; i++)
            if (ends[i] == 0)
                ends[i] = i + 1 < count ? starts[i + 1] : starts[i] + 1;
        return new FunctionTable(starts, ends, offsets, names);
    }
}
