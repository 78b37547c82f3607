using System.Runtime.CompilerServices;

namespace Huatuo.Bpf.Rings;

/// <summary>
/// Reads a <c>BPF_MAP_TYPE_RINGBUF</c> over its mapped memory (kernel/bpf/ringbuf.c, 5.8). The data area is mapped twice
/// in a row, so that a record is contiguous wherever it starts; positions are 64-bit and never wrap in practice, but are
/// compared as differences.
/// </summary>
internal readonly unsafe struct RingBufferReader
{
    private const uint Busy = 0x8000_0000;
    private const uint Discarded = 0x4000_0000;
    private const int HeaderBytes = 8;

    private readonly ulong* _consumer;
    private readonly ulong* _producer;
    private readonly byte* _data;
    private readonly ulong _mask;

    /// <param name="consumer">The page this side writes.</param>
    /// <param name="producer">The page the kernel writes.</param>
    /// <param name="data">Twice the data area.</param>
    /// <param name="size">Bytes of the data area, a power of two.</param>
    internal RingBufferReader(byte* consumer, byte* producer, byte* data, ulong size)
    {
        _consumer = (ulong*)consumer;
        _producer = (ulong*)producer;
        _data = data;
        _mask = size - 1;
    }

    internal bool IsEmpty => *_consumer == Volatile.Read(ref *_producer);

    /// <summary>Hands over at most <paramref name="limit"/> committed records.</summary>
    /// <exception cref="InvalidDataException">A record is longer than what was written, or more was written than the ring holds.</exception>
    internal int Drain<THandler>(ref THandler handler, int limit)
        where THandler : struct, IRecordHandler
    {
        ulong position = *_consumer;
        int count = 0;
        while (count < limit)
        {
            ulong end = Volatile.Read(ref *_producer);
            if (end == position)
                break;
            if (end - position > _mask + 1)
                ThrowDamaged(end - position);
            do
            {
                byte* header = _data + (position & _mask);
                uint length = Volatile.Read(ref *(uint*)header);
                if ((length & Busy) != 0)
                    return count;
                uint bytes = length & ~Discarded;
                ulong step = (bytes + HeaderBytes + 7UL) & ~7UL;
                if (step > end - position)
                    ThrowDamaged(bytes, end - position);
                if (length == bytes)
                {
                    handler.OnRecord(new ReadOnlySpan<byte>(header + HeaderBytes, (int)bytes));
                    count++;
                }
                position += step;
                // Freed one by one: the kernel decides by this position whether a record needs a wake-up or finds room.
                Volatile.Write(ref *_consumer, position);
            }
            while (position != end && count < limit);
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowDamaged(ulong pending) =>
        throw new InvalidDataException($"ring buffer of {_mask + 1} bytes with {pending} pending");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowDamaged(uint bytes, ulong left) =>
        throw new InvalidDataException($"ring buffer record of {bytes} bytes where {left} are left");
}
