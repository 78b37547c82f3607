using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Maps;

/// <summary>A map with one value for each key and possible CPU, online or not. The descriptor belongs to the object.</summary>
public readonly unsafe struct BpfPerCpuMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int NoEntry = 2;
    private readonly string _name;
    private readonly int _fd;

    internal BpfPerCpuMap(string name, int fd) => (_name, _fd) = (name, fd);

    /// <summary>Reads all of it again and again, as sums over the CPUs.</summary>
    public CounterMap<TKey, TValue> Counters() => new(_name, _fd, PossibleCpus.Count);

    /// <summary>Reads the values of all possible CPUs.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">One place for each of <see cref="PossibleCpus.Count"/>.</param>
    /// <returns>False when the key is not there.</returns>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public bool TryGet(TKey key, Span<TValue> values)
    {
        // The kernel hands out each CPU's value at a multiple of eight bytes.
        int stride = (sizeof(TValue) + 7) & ~7;
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, PossibleCpus.Count);
        byte[]? large = null;
        int size = stride * PossibleCpus.Count;
        if (size > 4096)
            large = new byte[size];
        Span<byte> bytes = large ?? stackalloc byte[size];
        int error;
        fixed (byte* pointer = bytes)
            error = LibBpf.bpf_map_lookup_elem(_fd, &key, pointer);
        if (error == -NoEntry)
            return false;
        if (error != 0)
            throw new BpfException("read", _name, -error);
        for (int cpu = 0; cpu < PossibleCpus.Count; cpu++)
            values[cpu] = MemoryMarshal.Read<TValue>(bytes[(cpu * stride)..]);
        return true;
    }
}
