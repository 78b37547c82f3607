using System.Runtime.InteropServices;

namespace Huatuo.Linux.Kallsyms;

/// <summary>A growing list in native memory, so that a load of megabytes leaves no garbage and no grown heap.</summary>
internal sealed unsafe class NativeList<T>(int capacity) : IDisposable
    where T : unmanaged
{
    private T* _items = (T*)NativeMemory.Alloc((nuint)capacity, (nuint)sizeof(T));
    private int _capacity = capacity;

    internal int Count { get; private set; }

    internal Span<T> Items => new(_items, Count);

    ~NativeList() => Free();

    internal void Add(in T item) => Extend(1)[0] = item;

    /// <summary>Appends room for some items and returns it.</summary>
    internal Span<T> Extend(int count)
    {
        int needed = checked(Count + count);
        if (needed > _capacity)
        {
            int grown = (int)Math.Min(Math.Max((long)_capacity * 2, needed), Array.MaxLength);
            ObjectDisposedException.ThrowIf(_items is null, this);
            _items = (T*)NativeMemory.Realloc(_items, (nuint)grown * (nuint)sizeof(T));
            _capacity = grown;
        }
        var room = new Span<T>(_items + Count, count);
        Count = needed;
        return room;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_items);
        _items = null;
        _capacity = 0;
        Count = 0;
    }
}
