using Huatuo.Bpf.Rings;

namespace Huatuo.Bpf.Tests.Rings;

/// <summary>The kernel's side of a BPF ring buffer (kernel/bpf/ringbuf.c): consumer page, producer page, data twice.</summary>
internal sealed unsafe class KernelRing : IDisposable
{
    internal const uint Busy = 0x8000_0000, Discarded = 0x4000_0000;
    private readonly GuardedMemory _memory;
    private readonly int _page = Environment.SystemPageSize;

    internal KernelRing(ulong position = 0)
    {
        Size = _page;
        _memory = new GuardedMemory(2 * _page, Size);
        Reader = new RingBufferReader(_memory.Start, _memory.Start + _page, Data, (ulong)Size);
        (Consumer, Producer) = (position, position);
    }

    internal int Size { get; }

    internal RingBufferReader Reader { get; }

    internal byte* Data => _memory.Start + 2 * _page;

    internal ref ulong Consumer => ref *(ulong*)_memory.Start;

    internal ref ulong Producer => ref *(ulong*)(_memory.Start + _page);

    /// <summary>Writes a record, its header last, and returns where the header is.</summary>
    internal uint* Submit(ReadOnlySpan<byte> record, uint flags = 0)
    {
        uint* header = (uint*)(Data + (Producer & (ulong)(Size - 1)));
        record.CopyTo(new Span<byte>((byte*)header + 8, record.Length));
        *header = (uint)record.Length | flags;
        Producer += (ulong)(record.Length + 8 + 7 & ~7);
        return header;
    }

    /// <summary>Takes what is there, copied.</summary>
    internal List<byte[]> Drain(int limit = int.MaxValue)
    {
        var records = new RecordList();
        int count = Reader.Drain(ref records, limit);
        Assert.Equal(records.Taken.Count, count);
        return records.Taken;
    }

    public void Dispose() => _memory.Dispose();
}
