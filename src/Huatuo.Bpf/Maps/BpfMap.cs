using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Maps;

/// <summary>A map with one value for each key. The descriptor belongs to the object.</summary>
public readonly unsafe struct BpfMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int NoEntry = 2;
    private readonly string _name;
    private readonly int _fd;

    internal BpfMap(string name, int fd) => (_name, _fd) = (name, fd);

    /// <summary>Reads one value.</summary>
    /// <returns>False when the key is not there.</returns>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public bool TryGet(TKey key, out TValue value)
    {
        fixed (TValue* pointer = &value)
            return Check(LibBpf.bpf_map_lookup_elem(_fd, &key, pointer), "read");
    }

    /// <summary>Adds or replaces one value.</summary>
    /// <exception cref="BpfException">The kernel refuses; E2BIG when the map is full.</exception>
    public void Set(TKey key, TValue value) => Check(LibBpf.bpf_map_update_elem(_fd, &key, &value, 0), "write");

    /// <summary>Removes a key.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Remove(TKey key) => Check(LibBpf.bpf_map_delete_elem(_fd, &key), "delete");

    /// <summary>Removes all entries, while no program adds any.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public void Empty()
    {
        CounterMap<TKey, TValue> entries = Counters();
        entries.Read();
        foreach (TKey key in entries.Keys)
            Remove(key);
    }

    /// <summary>Reads all of it again and again.</summary>
    public CounterMap<TKey, TValue> Counters() => new(_name, _fd, cpus: 1);

    /// <summary>Takes all of it out again and again.</summary>
    /// <param name="batchBytes">What values may take in memory meanwhile.</param>
    public DrainedMap<TKey, TValue> Drained(int batchBytes = 256 * 1024) => new(_name, _fd, batchBytes);

    /// <summary>Copies entries in batches (<c>BPF_MAP_LOOKUP_BATCH</c>, 5.6), a key at a time where the map has none.</summary>
    /// <param name="keys">Room for keys; the length bounds what is read.</param>
    /// <param name="values">Room for as many values.</param>
    /// <returns>How many were read.</returns>
    public int Dump(Span<TKey> keys, Span<TValue> values)
    {
        int capacity = Math.Min(keys.Length, values.Length);
        ulong* cursor = stackalloc ulong[2];
        int total = 0;
        fixed (TKey* keyPointer = keys)
        fixed (TValue* valuePointer = values)
        {
            while (total < capacity)
            {
                uint count = (uint)(capacity - total);
                int error = LibBpf.bpf_map_lookup_batch(_fd, total == 0 ? null : cursor, cursor, keyPointer + total, valuePointer + total, &count, null);
                if (error == 0 || -error == NoEntry)
                    total += (int)count;
                else if (total == 0)
                    return DumpByKey(keys, values);
                if (error != 0)
                    break;
            }
        }
        return total;
    }

    private int DumpByKey(Span<TKey> keys, Span<TValue> values)
    {
        int total = 0;
        TKey previous = default, next = default;
        bool first = true;
        while (total < keys.Length && Check(LibBpf.bpf_map_get_next_key(_fd, first ? null : &previous, &next), "walk"))
        {
            if (TryGet(next, out values[total]))
                keys[total++] = next;
            (previous, first) = (next, false);
        }
        return total;
    }

    private bool Check(int error, string operation) => error switch
    {
        0 => true,
        -NoEntry => false,
        _ => throw new BpfException(operation, _name, -error),
    };
}
