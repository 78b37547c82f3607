using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Maps;

/// <summary>
/// Takes entries out of a map, in batches (<c>BPF_MAP_LOOKUP_AND_DELETE_BATCH</c>, 5.6), a key at a time where the map has none. It keeps a
/// batch in memory, however many entries there are. The descriptor belongs to the object. Used by one thread at a time.
/// </summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public sealed unsafe class DrainedMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int NoEntry = 2;
    private readonly string _name;
    private readonly int _fd;
    private readonly TKey[] _keys;
    private readonly TValue[] _values;
    private bool _batches = true;

    internal DrainedMap(string name, int fd, int batchBytes)
    {
        (_name, _fd) = (name, fd);
        _keys = new TKey[Math.Max(1, batchBytes / sizeof(TValue))];
        _values = new TValue[_keys.Length];
    }

    /// <summary>Takes all entries out. One that is added meanwhile is taken or stays.</summary>
    /// <param name="take">Given each, once it is out or about to be.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    public void Drain(MapEntryHandler<TKey, TValue> take)
    {
        if (!_batches || !(_batches = DrainInBatches(take)))
            DrainByKey(take);
    }

    // False when the map has no batches, or a batch has no room for what has one hash.
    private bool DrainInBatches(MapEntryHandler<TKey, TValue> take)
    {
        ulong* cursor = stackalloc ulong[2];
        for (bool first = true; ; first = false)
        {
            uint count = (uint)_keys.Length;
            int error;
            fixed (TKey* keys = _keys)
            fixed (TValue* values = _values)
                error = LibBpf.bpf_map_lookup_and_delete_batch(_fd, first ? null : cursor, cursor, keys, values, &count, null);
            if (error != 0 && -error != NoEntry)
                return false;
            for (int i = 0; i < (int)count; i++)
                take(_keys[i], in _values[i]);
            if (error != 0)
                return true;
        }
    }

    // The next key is asked for while this one is still there: else the walk would begin anew.
    private void DrainByKey(MapEntryHandler<TKey, TValue> take)
    {
        TKey key, next;
        for (bool isThere = Check(LibBpf.bpf_map_get_next_key(_fd, null, &next)); isThere;)
        {
            key = next;
            isThere = Check(LibBpf.bpf_map_get_next_key(_fd, &key, &next));
            fixed (TValue* value = _values)
                if (!Check(LibBpf.bpf_map_lookup_elem(_fd, &key, value)))
                    continue;
            take(key, in _values[0]);
            Check(LibBpf.bpf_map_delete_elem(_fd, &key));
        }
    }

    private bool Check(int error) => error switch
    {
        0 => true,
        -NoEntry => false,
        _ => throw new BpfException("drain", _name, -error),
    };
}

/// <summary>Takes an entry of a map.</summary>
/// <param name="key">Its key.</param>
/// <param name="value">Its value; of no meaning after the call.</param>
public delegate void MapEntryHandler<TKey, TValue>(TKey key, in TValue value)
    where TKey : unmanaged
    where TValue : unmanaged;
