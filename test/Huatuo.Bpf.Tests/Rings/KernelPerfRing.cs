using Huatuo.Bpf.Rings;

namespace Huatuo.Bpf.Tests.Rings;

/// <summary>The kernel's side of a perf ring: struct perf_event_mmap_page, then the data once (include/uapi/linux/perf_event.h).</summary>
internal sealed unsafe class KernelPerfRing : IDisposable
{
    private readonly GuardedMemory _memory;
    private readonly byte* _data;

    internal KernelPerfRing(ulong position = 0, int pages = 1)
    {
        int page = Environment.SystemPageSize;
        Size = pages * page;
        _memory = new GuardedMemory(page + Size, 0);
        _data = _memory.Start + page;
        (*(ulong*)(_memory.Start + 1040), *(ulong*)(_memory.Start + 1048)) = ((ulong)page, (ulong)Size);
        (Head, Tail) = (position, position);
        Reader = new PerfRingReader(_memory.Start);
    }

    internal int Size { get; }

    internal PerfRingReader Reader { get; }

    internal byte* Data => _data;

    internal ref ulong Head => ref *(ulong*)(_memory.Start + 1024);

    internal ref ulong Tail => ref *(ulong*)(_memory.Start + 1032);

    /// <summary>PERF_RECORD_SAMPLE with PERF_SAMPLE_RAW: u32 size, the bytes, padding; BPF output rounds the size itself up.</summary>
    /// <returns>The bytes as a reader gets them: with the padding.</returns>
    internal byte[] Sample(ReadOnlySpan<byte> raw)
    {
        int size = (raw.Length + 4 + 7 & ~7) - 4;
        byte[] body = new byte[4 + size];
        BitConverter.TryWriteBytes(body, size);
        raw.CopyTo(body.AsSpan(4));
        Write(9, body);
        return body[4..];
    }

    /// <summary>PERF_RECORD_LOST: u64 id, u64 lost.</summary>
    internal void Lost(long count)
    {
        byte[] body = new byte[16];
        BitConverter.TryWriteBytes(body.AsSpan(8), count);
        Write(2, body);
    }

    /// <summary>Any record: struct perf_event_header, then the body.</summary>
    internal void Write(uint type, ReadOnlySpan<byte> body, int? size = null)
    {
        byte[] record = new byte[8 + body.Length];
        BitConverter.TryWriteBytes(record, type);
        BitConverter.TryWriteBytes(record.AsSpan(6), (ushort)(size ?? record.Length));
        body.CopyTo(record.AsSpan(8));
        for (int i = 0; i < record.Length; i++)
            _data[(Head + (ulong)i) & (ulong)(Size - 1)] = record[i];
        Head += (ulong)record.Length;
    }

    internal List<byte[]> Drain(int limit = int.MaxValue)
    {
        var records = new RecordList();
        Assert.Equal(Reader.Drain(ref records, limit), records.Taken.Count);
        return records.Taken;
    }

    public void Dispose() => _memory.Dispose();
}
