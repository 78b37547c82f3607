using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Features;

/// <summary>The running kernel's own types, from /sys/kernel/btf/vmlinux. Some 10 ms to open: keep it only while asking.</summary>
public sealed unsafe class KernelBtf : IDisposable
{
    private const uint KindEnum = 6;
    private const uint KindTypedef = 8;
    private const uint KindFunction = 12;
    private nint _btf;

    private KernelBtf(nint btf) => _btf = btf;

    /// <summary>Reads the kernel's BTF.</summary>
    /// <returns>Null on a kernel built without CONFIG_DEBUG_INFO_BTF.</returns>
    public static KernelBtf? TryOpen()
    {
        nint btf = LibBpf.btf__load_vmlinux_btf();
        return btf != 0 ? new KernelBtf(btf) : null;
    }

    /// <summary>Whether BTF programs can attach to a tracepoint: the kernel describes it as <c>btf_trace_NAME</c> (5.5).</summary>
    public bool HasTracepoint(string name) => LibBpf.btf__find_by_name_kind(Open, "btf_trace_" + name, KindTypedef) >= 0;

    /// <summary>How many arguments a tracepoint has.</summary>
    /// <returns>-1 when the kernel does not describe it.</returns>
    public int TracepointArguments(string name)
    {
        // typedef void (*btf_trace_NAME)(void *__data, ARGUMENTS)
        int id = LibBpf.btf__find_by_name_kind(Open, "btf_trace_" + name, KindTypedef);
        if (id < 0)
            return -1;
        uint* pointer = LibBpf.btf__type_by_id(Open, LibBpf.btf__type_by_id(Open, (uint)id)[2]);
        return (int)(LibBpf.btf__type_by_id(Open, pointer[2])[1] & 0xffff) - 1;
    }

    /// <summary>Whether the kernel describes a function of this name; one that was inlined everywhere it does not.</summary>
    public bool HasFunction(string name) => FunctionId(name) >= 0;

    /// <summary>The type id of a function; negative when the kernel does not describe it.</summary>
    internal int FunctionId(string name) => LibBpf.btf__find_by_name_kind(Open, name, KindFunction);

    /// <summary>The names of an enum's values.</summary>
    /// <returns>Empty when the kernel has no such enum.</returns>
    public IReadOnlyDictionary<uint, string> EnumNames(string name)
    {
        var names = new Dictionary<uint, string>();
        int id = LibBpf.btf__find_by_name_kind(Open, name, KindEnum);
        if (id < 0)
            return names;
        // struct btf_type { name_off, info, size } and then { name_off, value } for each value.
        uint* type = LibBpf.btf__type_by_id(Open, (uint)id);
        for (uint i = 0, count = type[1] & 0xffff; i < count; i++)
            names.TryAdd(type[4 + 2 * i], LibBpf.Text(LibBpf.btf__name_by_offset(Open, type[3 + 2 * i])));
        return names;
    }

    /// <summary>Where a per-CPU variable lies within the per-CPU area, in bytes.</summary>
    /// <returns>False when the kernel's BTF does not list it.</returns>
    public bool TryPerCpuOffset(string variable, out uint offset) =>
        new BtfSection(Open, ".data..percpu").TryFind(variable, out offset, out _);

    /// <summary>Offset in bytes of a member of a struct, also within its unnamed members.</summary>
    /// <returns>False when there is no such struct or member.</returns>
    public bool TryMemberOffset(string @struct, string member, out uint offset)
    {
        const uint kindStruct = 4;
        int id = LibBpf.btf__find_by_name_kind(Open, @struct, kindStruct);
        offset = 0;
        return id >= 0 && TryMember((uint)id, member, ref offset, depth: 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LibBpf.btf__free(_btf);
        _btf = 0;
    }

    private nint Open => _btf != 0 ? _btf : throw new ObjectDisposedException(nameof(KernelBtf));

    private bool TryMember(uint id, string member, ref uint offset, int depth)
    {
        const uint kindStruct = 4, kindUnion = 5;
        uint* type = LibBpf.btf__type_by_id(Open, id);
        if (type == null || depth > 4 || (type[1] >> 24 & 31) is not (kindStruct or kindUnion))
            return false;
        bool bitfields = type[1] >> 31 != 0;
        for (uint i = 0, count = type[1] & 0xffff; i < count; i++)
        {
            uint* field = type + 3 + 3 * i;
            uint at = offset + (bitfields ? field[2] & 0xffffff : field[2]) / 8;
            string name = LibBpf.Text(LibBpf.btf__name_by_offset(Open, field[0]));
            if (name == member || (name.Length == 0 && TryMember(field[1], member, ref at, depth + 1)))
            {
                offset = at;
                return true;
            }
        }
        return false;
    }
}
