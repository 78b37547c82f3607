using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Bpf.Filters;
using Huatuo.Bpf.Interop;
using Huatuo.Bpf.Maps;

namespace Huatuo.Bpf;

/// <summary>
/// One compiled BPF object through its life: opened (knobs, programs and map sizes are chosen), loaded, attached,
/// disposed. Disposing unloads the programs and frees the maps; links are owned by whoever attached.
/// </summary>
public sealed unsafe class BpfObject : IDisposable
{
    // include/uapi/linux/bpf.h: BPF_F_NO_PREALLOC
    private const uint NoPreallocation = 1;

    private readonly BpfObjectHandle _handle;
    private readonly VerifierLog _log;

    private BpfObject(string name, nint handle, VerifierLog log)
    {
        Name = name;
        _handle = new BpfObjectHandle(handle);
        _log = log;
    }

    /// <summary>The object's name, the prefix of its maps' names in the kernel.</summary>
    public string Name { get; }

    /// <summary>Opens an object whose ELF image is embedded in an assembly; nothing is loaded yet.</summary>
    /// <param name="name">A name of at most 15 characters for the kernel.</param>
    /// <param name="image">The resource stream; it points into the mapped assembly, so nothing is copied.</param>
    /// <exception cref="BpfException">The image is not a BPF object.</exception>
    public static BpfObject Open(string name, UnmanagedMemoryStream image)
    {
        ArgumentNullException.ThrowIfNull(image);
        LibBpfLog.Clear();
        var log = new VerifierLog();
        fixed (byte* utf8 = Encoding.UTF8.GetBytes(name + '\0'))
        {
            var options = new LibBpf.OpenOptions
            {
                Size = (nuint)sizeof(LibBpf.OpenOptions),
                ObjectName = utf8,
                KernelLogBuffer = log.Pointer,
                KernelLogSize = VerifierLog.Bytes,
            };
            nint handle = LibBpf.bpf_object__open_mem(image.PositionPointer, (nuint)image.Length, &options);
            if (handle != 0)
                return new BpfObject(name, handle, log);
            log.Dispose();
            throw new BpfException("open", name, Marshal.GetLastPInvokeError(), LibBpfLog.Last);
        }
    }

    /// <summary>Opens an object whose programs ask a packet filter (<c>packet_filter.h</c>), and writes the filter into it.</summary>
    /// <param name="name">A name of at most 15 characters for the kernel.</param>
    /// <param name="image">The resource stream.</param>
    /// <param name="filter">The filter; without one, the programs take every packet.</param>
    /// <exception cref="BpfException">The image is not a BPF object.</exception>
    /// <exception cref="ArgumentException">Its programs ask no filter.</exception>
    public static BpfObject Open(string name, UnmanagedMemoryStream image, PacketFilter? filter)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (filter is null)
            return Open(name, image);
        BpfObject opened = Open(name, image, filter.Bodies);
        opened.SetKnob("cfg_filter_raw", filter.Raw.Count > 0 ? (byte)1 : (byte)0);
        opened.SetKnob("cfg_filter_ethernet", filter.Ethernet.Count > 0 ? (byte)1 : (byte)0);
        return opened;
    }

    internal static BpfObject Open(string name, UnmanagedMemoryStream image, IReadOnlyList<FunctionBody> bodies)
    {
        byte[] copy = new byte[image.Length];
        new ReadOnlySpan<byte>(image.PositionPointer, copy.Length).CopyTo(copy);
        foreach (FunctionBody body in bodies)
            FunctionPatch.Apply(copy, body);
        fixed (byte* bytes = copy)
        {
            using var patched = new UnmanagedMemoryStream(bytes, copy.Length);
            return Open(name, patched);
        }
    }

    /// <summary>Sets a <c>const volatile</c> of the program before load.</summary>
    /// <exception cref="ArgumentException">There is no such knob, or its size is not that of <typeparamref name="T"/>.</exception>
    public void SetKnob<T>(string name, T value)
        where T : unmanaged => SetKnob(name, new ReadOnlySpan<T>(in value));

    /// <summary>Sets an array of <c>const volatile</c> values before load.</summary>
    /// <exception cref="ArgumentException">There is no such knob, or its size is another.</exception>
    public void SetKnob<T>(string name, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (!TrySetKnob(name, values))
            throw new ArgumentException($"{Name} has no knob '{name}'", nameof(name));
    }

    /// <summary>Sets a knob if the program has it; the shared headers' knobs are not in every program.</summary>
    public bool TrySetKnob<T>(string name, T value)
        where T : unmanaged => TrySetKnob(name, new ReadOnlySpan<T>(in value));

    /// <summary>Loads only the named programs; the others stay out of the kernel, supported there or not.</summary>
    /// <param name="programs">Function names.</param>
    public void Choose(IReadOnlyCollection<string> programs)
    {
        nint program = 0;
        while ((program = LibBpf.bpf_object__next_program(_handle, program)) != 0)
        {
            bool chosen = programs.Contains(LibBpf.Text(LibBpf.bpf_program__name(program)));
            Check(LibBpf.bpf_program__set_autoload(program, chosen ? (byte)1 : (byte)0), "choose the programs of", Name);
        }
    }

    /// <summary>Sets how many entries (for a ring buffer: bytes, a power of two of pages) a map has.</summary>
    public void SetMapEntries(string map, uint entries) =>
        Check(LibBpf.bpf_map__set_max_entries(FindMap(map), entries), "set the size of", $"{Name}.{map}");

    /// <summary>Lets a hash map take memory for the entries that it has, not for all that it may have; programs of perf events may use such a map since 6.1.</summary>
    public void SetMapGrowing(string map) => Check(LibBpf.bpf_map__set_map_flags(FindMap(map), NoPreallocation), "let grow", $"{Name}.{map}");

    /// <summary>Leaves a map out; the programs must have been told so by a knob.</summary>
    public void SkipMap(string map) => Check(LibBpf.bpf_map__set_autocreate(FindMap(map), 0), "leave out", $"{Name}.{map}");

    /// <summary>Creates the maps and loads the chosen programs.</summary>
    /// <exception cref="BpfException">Refused, with the verifier's last lines.</exception>
    public void Load()
    {
        LibBpfLog.Clear();
        int error = LibBpf.bpf_object__load(_handle);
        string verifier = error == 0 ? "" : _log.Tail();
        _log.Dispose();
        if (error != 0)
            throw new BpfException("load", Name, -error, string.Join("; ", new[] { LibBpfLog.Last, verifier }.Where(text => text.Length > 0)));
    }

    /// <summary>Attaches a loaded program to the hook its section names.</summary>
    /// <exception cref="BpfException">Refused.</exception>
    public BpfLink Attach(string program)
    {
        LibBpfLog.Clear();
        nint link = LibBpf.bpf_program__attach(FindProgram(program));
        return link != 0 ? new BpfLink(link) : throw new BpfException("attach", $"{Name}.{program}", Marshal.GetLastPInvokeError(), LibBpfLog.Last);
    }

    /// <summary>The descriptor of a loaded map; it belongs to this object.</summary>
    public int MapFd(string map) => LibBpf.bpf_map__fd(FindMap(map));

    /// <summary>A map with one value for each key.</summary>
    public BpfMap<TKey, TValue> Map<TKey, TValue>(string map)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        nint pointer = FindMap(map);
        CheckSizes<TKey, TValue>(map, pointer);
        return new BpfMap<TKey, TValue>($"{Name}.{map}", LibBpf.bpf_map__fd(pointer));
    }

    /// <summary>A map with one value for each key and possible CPU.</summary>
    public BpfPerCpuMap<TKey, TValue> PerCpuMap<TKey, TValue>(string map)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        nint pointer = FindMap(map);
        CheckSizes<TKey, TValue>(map, pointer);
        return new BpfPerCpuMap<TKey, TValue>($"{Name}.{map}", LibBpf.bpf_map__fd(pointer));
    }

    /// <summary>The programs that are in the kernel.</summary>
    public IReadOnlyList<BpfProgram> LoadedPrograms()
    {
        var programs = new List<BpfProgram>();
        nint program = 0;
        while ((program = LibBpf.bpf_object__next_program(_handle, program)) != 0)
            if (LibBpf.bpf_program__fd(program) is >= 0 and int fd)
                programs.Add(new BpfProgram(LibBpf.Text(LibBpf.bpf_program__name(program)), fd));
        return programs;
    }

    /// <summary>Names and descriptors of the maps that are in the kernel.</summary>
    public IReadOnlyList<(string Name, int Fd)> LoadedMaps()
    {
        var maps = new List<(string, int)>();
        nint map = 0;
        while ((map = LibBpf.bpf_object__next_map(_handle, map)) != 0)
            if (LibBpf.bpf_map__fd(map) is >= 0 and int fd)
                maps.Add((LibBpf.Text(LibBpf.bpf_map__name(map)), fd));
        return maps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle.Dispose();
        _log.Dispose();
    }

    // Offset and size of a variable stand in the object's own BTF; libbpf has laid the section out by now.
    private bool TrySetKnob<T>(string name, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        nint map = LibBpf.bpf_object__find_map_by_name(_handle, ".rodata");
        if (map == 0)
            return false;
        byte* data = (byte*)LibBpf.bpf_map__initial_value(map, out nuint size);
        var section = new BtfSection(LibBpf.bpf_object__btf(_handle), ".rodata");
        if (!section.TryFind(name, out uint offset, out uint length))
            return false;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        if (length != bytes.Length || offset + length > size)
            throw new ArgumentException($"{Name}: knob '{name}' has {length} bytes, not {bytes.Length}", nameof(values));
        bytes.CopyTo(new Span<byte>(data + offset, (int)length));
        return true;
    }

    private static void Check(int error, string operation, string subject)
    {
        if (error != 0)
            throw new BpfException(operation, subject, -error, LibBpfLog.Last);
    }

    private nint FindMap(string name) =>
        LibBpf.bpf_object__find_map_by_name(_handle, name) is not 0 and nint map ? map : throw new ArgumentException($"{Name} has no map '{name}'", nameof(name));

    private nint FindProgram(string name)
    {
        nint program = 0;
        while ((program = LibBpf.bpf_object__next_program(_handle, program)) != 0)
            if (LibBpf.Text(LibBpf.bpf_program__name(program)) == name)
                return program;
        throw new ArgumentException($"{Name} has no program '{name}'", nameof(name));
    }

    private void CheckSizes<TKey, TValue>(string map, nint pointer)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        if (LibBpf.bpf_map__key_size(pointer) != sizeof(TKey) || LibBpf.bpf_map__value_size(pointer) != sizeof(TValue))
            throw new ArgumentException($"{Name}.{map}: keys or values have another size in the kernel", nameof(map));
    }
}
