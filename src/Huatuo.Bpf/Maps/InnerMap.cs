using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Maps;

/// <summary>An array that is a value of other maps, any number of them; it is freed when none has it and this is disposed of.</summary>
public sealed unsafe class InnerMap : IDisposable
{
    // include/uapi/linux/bpf.h
    private const int Array = 2, NoEntry = 2;
    private const uint OfAnySize = 0x1000;
    private readonly string _name;
    private readonly int _valueBytes;
    private readonly FileHandle _fd;

    private InnerMap(string name, int valueBytes, FileHandle fd) => (_name, _valueBytes, _fd) = (name, valueBytes, fd);

    /// <summary>Makes one.</summary>
    /// <param name="name">At most 15 characters, for the kernel.</param>
    /// <param name="valueBytes">The size of a value.</param>
    /// <param name="entries">How many it has.</param>
    /// <param name="isOfAnySize">Whether the outer map takes arrays of any length (<c>BPF_F_INNER_MAP</c>, 5.10).</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public static InnerMap Create(string name, int valueBytes, int entries, bool isOfAnySize)
    {
        var options = new LibBpf.MapOptions { Size = (nuint)sizeof(LibBpf.MapOptions), Flags = isOfAnySize ? OfAnySize : 0 };
        int fd = LibBpf.bpf_map_create(Array, name, sizeof(uint), (uint)valueBytes, (uint)entries, &options);
        return fd >= 0 ? new InnerMap(name, valueBytes, new FileHandle(fd)) : throw new BpfException("make", name, -fd);
    }

    /// <summary>Writes one value.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public void Set(uint key, ReadOnlySpan<byte> value)
    {
        if (value.Length != _valueBytes)
            throw new ArgumentException($"a value of {_name} has {_valueBytes} bytes, not {value.Length}", nameof(value));
        int error;
        fixed (byte* bytes = value)
            error = LibBpf.bpf_map_update_elem(_fd.Fd, &key, bytes, 0);
        if (error != 0)
            throw new BpfException("write", _name, -error);
    }

    /// <summary>Makes it the value of a key of an outer map, instead of what was there.</summary>
    /// <param name="outer">The outer map's descriptor.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public void PutInto(int outer, uint key)
    {
        uint fd = (uint)_fd.Fd;
        int error = LibBpf.bpf_map_update_elem(outer, &key, &fd, 0);
        if (error != 0)
            throw new BpfException("enter", _name, -error);
    }

    /// <summary>Takes what is there out of an outer map.</summary>
    /// <param name="outer">The outer map's descriptor.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public static void Remove(int outer, uint key)
    {
        int error = LibBpf.bpf_map_delete_elem(outer, &key);
        if (error is not (0 or -NoEntry))
            throw new BpfException("delete from", "a map of maps", -error);
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();
}
