using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Symbols;

namespace Huatuo.Profiling.Unwinding;

/// <summary>Where tables hold in the memory of a process, as the kernel side searches it.</summary>
internal sealed class UnwindMappings
{
    // Above all addresses of user space.
    private const ulong Unused = long.MaxValue;

    private readonly List<(ulong Start, ulong Bias, uint Table)> _entries = [];
    private readonly bool _closesGaps;
    private ulong _end;

    private UnwindMappings(bool closesGaps) => _closesGaps = closesGaps;

    /// <summary>How many there are room for.</summary>
    internal const int Most = 256;

    internal IReadOnlyList<(ulong Start, ulong Bias, uint Table)> Entries => _entries;

    /// <summary>Lays out a process.</summary>
    /// <param name="maps">What it has mapped.</param>
    /// <param name="tableOf">The table and the bias of a mapping; null for none.</param>
    /// <returns>Null when there is no room for all of it.</returns>
    internal static UnwindMappings? Of(ProcessMaps maps, Func<Mapping, (LoadedTable Table, ulong Bias)?> tableOf)
    {
        (Mapping Mapping, (LoadedTable, ulong)? Table)[] all = [.. maps.All.Where(mapping => mapping.End < Unused).Select(mapping => (mapping, tableOf(mapping)))];
        // Compilers map code in hundreds of places: what lies between them is then taken for theirs.
        foreach (bool closesGaps in (ReadOnlySpan<bool>)[false, true])
        {
            var mappings = new UnwindMappings(closesGaps);
            foreach ((Mapping mapping, (LoadedTable, ulong)? table) in all)
                mappings.Add(mapping, table);
            mappings.Add(mappings._end, 0, UnwindPlace.Nowhere);
            if (mappings._entries.Count < Most)
                return mappings;
        }
        return null;
    }

    /// <summary>As the kernel side has it.</summary>
    /// <param name="image">Where the arguments of the program lie.</param>
    /// <param name="process">Room for it.</param>
    internal void Write(ulong image, ref UnwindProcess process)
    {
        process.Image = image;
        process.Count = (ulong)_entries.Count;
        Span<ulong> starts = process.Starts, biases = process.Biases;
        Span<uint> tables = process.Tables;
        starts.Fill(Unused);
        tables.Fill((uint)UnwindPlace.Nowhere);
        for (int i = 0; i < _entries.Count; i++)
            (starts[i], biases[i], tables[i]) = _entries[i];
    }

    private void Add(Mapping mapping, (LoadedTable Table, ulong Bias)? found)
    {
        if (_end != mapping.Start && _entries.Count > 0 && !(_closesGaps && found is null && _entries[^1].Table == (uint)UnwindPlace.NoTable))
            Add(_end, 0, UnwindPlace.Nowhere);
        _end = mapping.End;
        Add(mapping.Start, 0, UnwindPlace.NoTable);
        if (found is not ({ } table, var bias))
            return;
        foreach (LoadedPart part in table.Parts)
        {
            ulong begin = bias + part.Begin;
            if (begin >= mapping.End)
                break;
            Add(Math.Max(begin, mapping.Start), begin, (UnwindPlace)part.Number);
        }
    }

    private void Add(ulong start, ulong bias, UnwindPlace table)
    {
        if (_entries.Count > 0 && _entries[^1].Start == start)
            _entries.RemoveAt(_entries.Count - 1);
        if (_entries.Count == 0 || _entries[^1].Table != (uint)table || _entries[^1].Bias != bias)
            _entries.Add((start, bias, (uint)table));
    }
}
