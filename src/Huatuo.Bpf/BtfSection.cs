using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf;

/// <summary>The variables of one data section in a BTF that libbpf holds.</summary>
internal readonly unsafe ref struct BtfSection
{
    private const uint KindDatasec = 15;
    private readonly nint _btf;
    private readonly ReadOnlySpan<uint> _entries;

    internal BtfSection(nint btf, string name)
    {
        _btf = btf;
        int id = btf == 0 ? -1 : LibBpf.btf__find_by_name_kind(btf, name, KindDatasec);
        if (id < 0)
            return;
        // struct btf_type { name_off, info, size } and then { type, offset, size } for each variable.
        uint* type = LibBpf.btf__type_by_id(btf, (uint)id);
        _entries = new ReadOnlySpan<uint>(type + 3, (int)(type[1] & 0xffff) * 3);
    }

    internal bool TryFind(string name, out uint offset, out uint size)
    {
        for (int i = 0; i < _entries.Length; i += 3)
        {
            uint* variable = LibBpf.btf__type_by_id(_btf, _entries[i]);
            if (LibBpf.Text(LibBpf.btf__name_by_offset(_btf, variable[0])) != name)
                continue;
            (offset, size) = (_entries[i + 1], _entries[i + 2]);
            return true;
        }
        (offset, size) = (0, 0);
        return false;
    }
}
