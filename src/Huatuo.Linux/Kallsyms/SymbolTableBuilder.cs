using System.Text;

namespace Huatuo.Linux.Kallsyms;

/// <summary>Collects symbols in the order of the file and makes the sorted table.</summary>
internal sealed class SymbolTableBuilder : IDisposable
{
    /// <summary>Far above any kernel with all its modules (about 300,000); what is beyond counts as malformed.</summary>
    internal const int MaxSymbols = 2_000_000;

    private const uint NoName = uint.MaxValue;

    private readonly NativeList<Entry> _entries = new(1 << 17);
    private readonly NativeList<byte> _names = new(4 << 20);
    private readonly Dictionary<string, ushort> _moduleNumbers = new() { [""] = 0 };
    private readonly List<byte[]> _modules = [[]];
    private ushort _module;
    private bool _afterCoreData;

    /// <summary>A text symbol had the address zero.</summary>
    internal bool SawHidden { get; private set; }

    internal long MalformedLines { get; private set; }

    internal void AddMalformed() => MalformedLines++;

    /// <summary>Takes a text symbol; one at zero is hidden and only noted.</summary>
    internal void AddText(ulong address, ReadOnlySpan<byte> name, ReadOnlySpan<byte> module)
    {
        if (address == 0)
        {
            SawHidden = true;
            return;
        }
        if (_entries.Count == MaxSymbols || !TrySetModule(module))
        {
            MalformedLines++;
            return;
        }
        uint offset = (uint)_names.Count;
        name.CopyTo(_names.Extend(name.Length));
        _entries.Add(new Entry(address, offset, (ushort)name.Length, _module));
        _afterCoreData = false;
    }

    /// <summary>Takes a data symbol. The core kernel's are sorted, so the first of a row of them says enough.</summary>
    internal void AddData(ulong address, ReadOnlySpan<byte> module)
    {
        if (address == 0 || _entries.Count == MaxSymbols || (_afterCoreData && module.IsEmpty)) return;
        _entries.Add(new Entry(address, NoName, 0, 0));
        _afterCoreData = module.IsEmpty;
    }

    internal SymbolTable Build()
    {
        var entries = _entries.Items;
        Order(entries);
        int kept = Compact(entries, out int nameBytes, out int named);

        var addresses = new ulong[kept];
        var offsets = new uint[kept + 1];
        byte[] names = new byte[nameBytes];
        List<int> runStarts = [0];
        List<byte[]> runModules = [_modules[kept > 0 ? entries[0].Module : 0]];
        int written = 0;
        for (int i = 0; i < kept; i++)
        {
            ref readonly var entry = ref entries[i];
            addresses[i] = entry.Address;
            offsets[i] = (uint)written;
            if (entry.NameLength == 0) continue;
            _names.Items.Slice((int)entry.NameOffset, entry.NameLength).CopyTo(names.AsSpan(written));
            written += entry.NameLength;
            if (!ReferenceEquals(_modules[entry.Module], runModules[^1]))
            {
                runStarts.Add(i);
                runModules.Add(_modules[entry.Module]);
            }
        }
        offsets[kept] = (uint)written;
        return new SymbolTable(addresses, offsets, names, [.. runStarts], [.. runModules], named, MalformedLines);
    }

    public void Dispose()
    {
        _entries.Dispose();
        _names.Dispose();
    }

    /// <summary>Sorts by address, then by place in the file, then text before data.</summary>
    private static void Order(Span<Entry> entries)
    {
        for (int i = 1; i < entries.Length; i++)
        {
            if (entries[i].CompareTo(entries[i - 1]) >= 0) continue;
            entries.Sort();
            return;
        }
    }

    /// <summary>Drops later names of one address, data that starts below all text, and data after data.</summary>
    private static int Compact(Span<Entry> entries, out int nameBytes, out int named)
    {
        int kept = 0;
        nameBytes = 0;
        named = 0;
        foreach (ref readonly var entry in entries)
        {
            bool isData = entry.NameLength == 0;
            if (kept > 0 ? entries[kept - 1].Address == entry.Address : isData) continue;
            if (isData && entries[kept - 1].NameLength == 0) continue;
            entries[kept++] = entry;
            nameBytes += entry.NameLength;
            named += isData ? 0 : 1;
        }
        return kept;
    }

    /// <summary>Modules come in rows, so the number is looked up only where the name changes.</summary>
    private bool TrySetModule(ReadOnlySpan<byte> module)
    {
        if (_modules[_module].AsSpan().SequenceEqual(module)) return true;
        string key = Encoding.Latin1.GetString(module);
        if (!_moduleNumbers.TryGetValue(key, out ushort number))
        {
            if (_modules.Count > ushort.MaxValue) return false;
            number = (ushort)_modules.Count;
            _modules.Add(module.ToArray());
            _moduleNumbers.Add(key, number);
        }
        _module = number;
        return true;
    }

    private readonly record struct Entry(ulong Address, uint NameOffset, ushort NameLength, ushort Module)
        : IComparable<Entry>
    {
        public int CompareTo(Entry other) =>
            Address != other.Address ? Address.CompareTo(other.Address) : NameOffset.CompareTo(other.NameOffset);
    }
}
