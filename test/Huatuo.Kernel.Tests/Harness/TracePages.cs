using System.Buffers.Binary;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>
/// The records of one CPU's trace buffer, as the kernel keeps them in pages (kernel/trace/ring_buffer.c). Unlike the text,
/// they hold addresses as they are on every kernel: the option <c>hash-ptr</c> came in 5.12.
/// </summary>
internal static unsafe class TracePages
{
    private const int O_NONBLOCK = 0x800;
    private const int PageBytes = 4096, HeaderBytes = 16;
    private const int Padding = 29, TimeExtend = 30, TimeStamp = 31;
    private const uint CommitMask = (1 << 20) - 1;

    /// <summary>Takes all records out of a buffer.</summary>
    /// <param name="file">Its <c>trace_pipe_raw</c>.</param>
    /// <returns>Time and bytes of each; the time is that of <c>trace_clock</c>.</returns>
    internal static IReadOnlyList<(ulong Time, byte[] Record)> Take(string file)
    {
        List<(ulong, byte[])> records = [];
        int fd = Native.Check(Native.open(file, O_NONBLOCK | Native.O_CLOEXEC), file);
        try
        {
            byte* page = stackalloc byte[PageBytes];
            while (Native.read(fd, page, PageBytes) > 0)
                Split(new ReadOnlySpan<byte>(page, PageBytes), records);
        }
        finally
        {
            _ = Native.close(fd);
        }
        return records;
    }

    // A record starts with a word: 5 bits of type or length in words, 27 bits of time since the one before.
    private static void Split(ReadOnlySpan<byte> page, List<(ulong, byte[])> records)
    {
        ulong time = BinaryPrimitives.ReadUInt64LittleEndian(page);
        int end = HeaderBytes + (int)(BinaryPrimitives.ReadUInt32LittleEndian(page[8..]) & CommitMask);
        for (int at = HeaderBytes; at < end;)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(page[at..]);
            (uint type, uint delta) = (word & 31, word >> 5);
            at += sizeof(uint);
            uint next = at < end ? BinaryPrimitives.ReadUInt32LittleEndian(page[at..]) : 0;
            switch (type)
            {
                case Padding when delta == 0:
                    return;
                case Padding:
                    at += (int)next;
                    break;
                case TimeExtend:
                    time += ((ulong)next << 27) + delta;
                    at += sizeof(uint);
                    break;
                case TimeStamp:
                    // The five highest bits are not kept.
                    time = (time & 31UL << 59) | (((ulong)next << 27) + delta);
                    at += sizeof(uint);
                    break;
                default:
                    time += delta;
                    int length = type > 0 ? (int)type * sizeof(uint) : (int)next - sizeof(uint);
                    at += type > 0 ? 0 : sizeof(uint);
                    records.Add((time, page.Slice(at, length).ToArray()));
                    at += (length + 3) & ~3;
                    break;
            }
        }
    }
}
