using System.Runtime.CompilerServices;

namespace Huatuo.Bpf.Rings;

/// <summary>
/// Reads one CPU's perf ring over its mapped memory (include/uapi/linux/perf_event.h). A record that wraps around the
/// end is put together in a bounce buffer.
/// </summary>
internal sealed unsafe class PerfRingReader
{
    private const int HeadOffset = 1024;
    private const int TailOffset = 1032;
    private const int DataOffsetOffset = 1040;
    private const int DataSizeOffset = 1048;
    private const uint RecordLost = 2;
    private const uint RecordSample = 9;
    private const int HeaderBytes = 8;
    private const int Alignment = 8;
    private const int MaxRecordBytes = 64 * 1024;

    private readonly byte* _page;
    private readonly byte* _data;
    private readonly ulong _size;
    private byte[]? _bounce;

    /// <param name="page">The mapping: its first page is struct perf_event_mmap_page.</param>
    internal PerfRingReader(byte* page)
    {
        _page = page;
        _data = page + *(ulong*)(page + DataOffsetOffset);
        _size = *(ulong*)(page + DataSizeOffset);
    }

    /// <summary>Records that the kernel reported as lost.</summary>
    internal long ReportedLost { get; private set; }

    internal bool IsEmpty => *(ulong*)(_page + TailOffset) == Volatile.Read(ref *(ulong*)(_page + HeadOffset));

    /// <summary>Hands over at most <paramref name="limit"/> samples.</summary>
    /// <exception cref="InvalidDataException">
    /// A record is shorter than its header, not a multiple of eight bytes, or longer than what was written; or more was
    /// written than the ring holds.
    /// </exception>
    internal int Drain<THandler>(ref THandler handler, int limit)
        where THandler : struct, IRecordHandler
    {
        ulong head = Volatile.Read(ref *(ulong*)(_page + HeadOffset));
        ulong tail = *(ulong*)(_page + TailOffset);
        if (head - tail > _size || tail % Alignment != 0)
            ThrowDamaged(head - tail, tail);
        int count = 0;
        try
        {
            while (tail != head && count < limit)
            {
                ulong offset = tail & (_size - 1);
                byte* record = _data + offset;
                uint size = *(ushort*)(record + 6);
                if (size < HeaderBytes || size % Alignment != 0 || size > head - tail)
                    ThrowDamaged(size, head - tail);
                if (offset + size > _size)
                    record = Unwrap(offset, size);
                tail += size;
                switch (*(uint*)record)
                {
                    case RecordSample when size >= HeaderBytes + 4:
                        uint raw = Math.Min(*(uint*)(record + HeaderBytes), size - HeaderBytes - 4);
                        handler.OnRecord(new ReadOnlySpan<byte>(record + HeaderBytes + 4, (int)raw));
                        count++;
                        break;
                    case RecordLost when size >= HeaderBytes + 16:
                        ReportedLost += *(long*)(record + HeaderBytes + 8);
                        break;
                }
            }
        }
        finally
        {
            Volatile.Write(ref *(ulong*)(_page + TailOffset), tail);
        }
        return count;
    }

    /// <summary>Hands over at most <paramref name="limit"/> samples of all, and fewer only when all rings were empty.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    internal static int Drain<THandler>(ReadOnlySpan<PerfRingReader> readers, ref THandler handler, int limit)
        where THandler : struct, IRecordHandler
    {
        int count = 0;
        // A share for each CPU, so that a busy one does not hold up the others; what those leave is the busy one's.
        int share = Math.Max(1, limit / Math.Max(1, readers.Length));
        foreach (PerfRingReader reader in readers)
            count += reader.Drain(ref handler, Math.Min(share, limit - count));
        foreach (PerfRingReader reader in readers)
            count += reader.Drain(ref handler, limit - count);
        return count;
    }

    private byte* Unwrap(ulong offset, uint size)
    {
        _bounce ??= GC.AllocateUninitializedArray<byte>(MaxRecordBytes, pinned: true);
        int first = (int)(_size - offset);
        new ReadOnlySpan<byte>(_data + offset, first).CopyTo(_bounce);
        new ReadOnlySpan<byte>(_data, (int)size - first).CopyTo(_bounce.AsSpan(first));
        return (byte*)Unsafe.AsPointer(ref _bounce[0]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowDamaged(ulong pending, ulong tail) =>
        throw new InvalidDataException($"perf ring of {_size} bytes with {pending} pending at {tail}");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowDamaged(uint size, ulong left) =>
        throw new InvalidDataException($"perf record of {size} bytes where {left} are left");
}
