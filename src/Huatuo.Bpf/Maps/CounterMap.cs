using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Maps;

/// <summary>
/// Reads a map whose values are 64-bit counters, each summed over the possible CPUs, in batches
/// (<c>BPF_MAP_LOOKUP_BATCH</c>, 5.6; of per-CPU arrays 5.13), a key at a time where the map has none. Its memory is kept
/// from one reading to the next. The descriptor belongs to the object. Used by one thread at a time.
/// </summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value: fields of 64 bits that are counters.</typeparam>
public sealed unsafe class CounterMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int NoEntry = 2;
    private const int BatchBytes = 256 * 1024;
    private readonly string _name;
    private readonly int _fd;
    private readonly int _cpus;
    private readonly byte[] _raw;
    private readonly TKey[] _batch;
    private TKey[] _keys = [];
    private TValue[] _sums = [];
    private bool _batches = true;

    internal CounterMap(string name, int fd, int cpus)
    {
        if (sizeof(TValue) % sizeof(ulong) != 0)
            throw new ArgumentException($"{name}: a value of {sizeof(TValue)} bytes is not made of counters", nameof(name));
        (_name, _fd, _cpus) = (name, fd, cpus);
        _batch = new TKey[Math.Max(1, BatchBytes / (sizeof(TValue) * cpus))];
        _raw = GC.AllocateUninitializedArray<byte>(_batch.Length * sizeof(TValue) * cpus);
    }

    /// <summary>How many entries the last reading found.</summary>
    public int Count { get; private set; }

    /// <summary>The keys of the last reading.</summary>
    public ReadOnlySpan<TKey> Keys => _keys.AsSpan(0, Count);

    /// <summary>The values of the last reading, in the order of <see cref="Keys"/>.</summary>
    public ReadOnlySpan<TValue> Sums => _sums.AsSpan(0, Count);

    /// <summary>Makes an entry whose counters are zero, unless it is there.</summary>
    /// <exception cref="BpfException">The kernel refuses; E2BIG when the map is full.</exception>
    public void Add(TKey key)
    {
        const int exists = 17;
        const ulong onlyNew = 1;
        _raw.AsSpan(0, sizeof(TValue) * _cpus).Clear();
        int error;
        fixed (byte* values = _raw)
            error = LibBpf.bpf_map_update_elem(_fd, &key, values, onlyNew);
        if (error is not (0 or -exists))
            throw new BpfException("write", _name, -error);
    }

    /// <summary>Reads all entries. One that is added or removed meanwhile may be there or not.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public void Read()
    {
        Count = 0;
        if (_batches && !(_batches = ReadInBatches()))
            Count = 0;
        if (!_batches)
            ReadByKey();
    }

    private bool ReadInBatches()
    {
        ulong* cursor = stackalloc ulong[2];
        for (bool first = true; ; first = false)
        {
            uint count = (uint)_batch.Length;
            int error;
            fixed (TKey* keys = _batch)
            fixed (byte* values = _raw)
                error = LibBpf.bpf_map_lookup_batch(_fd, first ? null : cursor, cursor, keys, values, &count, null);
            if (error != 0 && -error != NoEntry)
                return first ? false : throw new BpfException("read", _name, -error);
            for (int i = 0; i < (int)count; i++)
                Add(_batch[i], i);
            if (error != 0)
                return true;
        }
    }

    private void ReadByKey()
    {
        TKey previous = default, next = default;
        for (bool first = true; ; first = false)
        {
            int error = LibBpf.bpf_map_get_next_key(_fd, first ? null : &previous, &next);
            if (error == -NoEntry)
                return;
            if (error == 0)
                fixed (byte* values = _raw)
                    error = LibBpf.bpf_map_lookup_elem(_fd, &next, values);
            if (error == 0)
                Add(next, 0);
            else if (error != -NoEntry)
                throw new BpfException("read", _name, -error);
            previous = next;
        }
    }

    private void Add(TKey key, int place)
    {
        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, Math.Max(4, 2 * Count));
            Array.Resize(ref _sums, _keys.Length);
        }
        int words = sizeof(TValue) / sizeof(ulong);
        Span<ulong> sums = MemoryMarshal.Cast<TValue, ulong>(_sums.AsSpan(Count, 1));
        ReadOnlySpan<ulong> values = MemoryMarshal.Cast<byte, ulong>(_raw)[(place * words * _cpus)..];
        values[..words].CopyTo(sums);
        for (int cpu = 1; cpu < _cpus; cpu++)
            for (int word = 0; word < words; word++)
                sums[word] += values[cpu * words + word];
        _keys[Count++] = key;
    }
}
