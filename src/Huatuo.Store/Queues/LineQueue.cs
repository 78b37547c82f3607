using Huatuo.Store.Files;

namespace Huatuo.Store.Queues;

/// <summary>Lines in blocks of a <see cref="BlockPool"/>: appended at one end, written and consumed at the other.</summary>
/// <remarks>Not safe for use from two threads at a time.</remarks>
internal sealed unsafe class LineQueue(BlockPool pool, BlockShare share)
{
    private const byte LineEnd = (byte)'\n';

    private int[] _blocks = [];
    private int _count;
    private int _head;

    /// <summary>Bytes in the queue.</summary>
    public long Length { get; private set; }

    /// <summary>Lines in the queue.</summary>
    public int Lines { get; private set; }

    /// <summary>Blocks that the queue holds.</summary>
    public int Blocks => _count;

    /// <summary>Appends a document and a line break, or nothing when the pool has no room.</summary>
    public bool TryAppend(ReadOnlySpan<byte> document)
    {
        long end = _head + Length;
        long missing = end + document.Length + 1 - (long)_count * pool.BlockBytes;
        if (missing > 0 && !TryGrow((missing + pool.BlockBytes - 1) / pool.BlockBytes))
            return false;

        end = Copy(end, document);
        Copy(end, [LineEnd]);
        Length += document.Length + 1;
        Lines++;
        return true;
    }

    /// <summary>The length of the longest run of whole lines from the start that is not longer than <paramref name="limit"/>.</summary>
    public long WholeLines(long limit)
    {
        limit = Math.Min(limit, Length);
        while (limit > 0)
        {
            ReadOnlySpan<byte> last = SegmentBefore(limit);
            int at = last.LastIndexOf(LineEnd);
            if (at >= 0)
                return limit - last.Length + at + 1;
            limit -= last.Length;
        }
        return 0;
    }

    /// <summary>The length of the first line with its line break.</summary>
    public long FirstLine()
    {
        for (long at = 0; at < Length;)
        {
            ReadOnlySpan<byte> next = SegmentAfter(at, Length);
            int end = next.IndexOf(LineEnd);
            if (end >= 0)
                return at + end + 1;
            at += next.Length;
        }
        return Length;
    }

    /// <summary>The number of lines in the first <paramref name="bytes"/> bytes.</summary>
    public int CountLines(long bytes)
    {
        if (bytes == Length)
            return Lines;
        int lines = 0;
        for (long at = 0; at < bytes;)
        {
            ReadOnlySpan<byte> next = SegmentAfter(at, bytes);
            lines += next.Count(LineEnd);
            at += next.Length;
        }
        return lines;
    }

    /// <summary>The line that starts at <paramref name="at"/>, without its line break.</summary>
    /// <param name="at">Where a line starts; set to where the next one does.</param>
    /// <param name="scratch">Takes a line that lies in more than one block; grows as needed.</param>
    /// <returns>Valid until the next call and until the queue changes.</returns>
    public ReadOnlySpan<byte> Line(ref long at, ref byte[] scratch)
    {
        int copied = 0;
        while (true)
        {
            ReadOnlySpan<byte> next = SegmentAfter(at, Length);
            int end = next.IndexOf(LineEnd);
            ReadOnlySpan<byte> part = end < 0 ? next : next[..end];
            at += end < 0 ? next.Length : end + 1;
            if (end >= 0 && copied == 0)
                return part;
            if (scratch.Length < copied + part.Length)
                Array.Resize(ref scratch, Math.Max(scratch.Length * 2, copied + part.Length));
            part.CopyTo(scratch.AsSpan(copied));
            copied += part.Length;
            if (end >= 0)
                return scratch.AsSpan(0, copied);
        }
    }

    /// <summary>Describes the bytes from <paramref name="from"/> to <paramref name="to"/> for one write.</summary>
    /// <returns>How many of <paramref name="vectors"/> were filled; they may end before <paramref name="to"/>.</returns>
    public int Describe(long from, long to, Span<IoVector> vectors)
    {
        int used = 0;
        while (from < to && used < vectors.Length)
        {
            long at = _head + from;
            int offset = Offset(at);
            long length = Math.Min(to - from, pool.BlockBytes - offset);
            byte* start = pool.Start(_blocks[Index(at)]) + offset;
            if (used > 0 && vectors[used - 1].Address + vectors[used - 1].Length == start)
                vectors[used - 1].Length += (nuint)length;
            else
                vectors[used++] = new IoVector { Address = start, Length = (nuint)length };
            from += length;
        }
        return used;
    }

    /// <summary>Removes bytes from the start and gives their blocks back.</summary>
    public void Consume(long bytes, int lines)
    {
        Length -= bytes;
        Lines -= lines;
        long head = _head + bytes;
        int passed = Length == 0 ? _count : Index(head);
        pool.Return(share, _blocks.AsSpan(0, passed));
        _blocks.AsSpan(passed, _count - passed).CopyTo(_blocks);
        _count -= passed;
        _head = _count == 0 ? 0 : Offset(head);
    }

    private int Offset(long at) => (int)(at & pool.BlockBytes - 1);

    private int Index(long at) => (int)(at >> pool.BlockShift);

    private bool TryGrow(long blocks)
    {
        if (blocks > pool.BlockCount)
            return false;
        int count = _count + (int)blocks;
        if (count > _blocks.Length)
            Array.Resize(ref _blocks, Math.Max(count, Math.Min(pool.BlockCount, _blocks.Length * 2)));
        if (!pool.TryTake(share, _blocks.AsSpan(_count, (int)blocks)))
            return false;
        _count = count;
        return true;
    }

    private long Copy(long end, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int offset = Offset(end);
            int part = Math.Min(bytes.Length, pool.BlockBytes - offset);
            bytes[..part].CopyTo(pool.Block(_blocks[Index(end)])[offset..]);
            bytes = bytes[part..];
            end += part;
        }
        return end;
    }

    private ReadOnlySpan<byte> SegmentAfter(long at, long to)
    {
        int offset = Offset(_head + at);
        int length = (int)Math.Min(to - at, pool.BlockBytes - offset);
        return pool.Block(_blocks[Index(_head + at)]).Slice(offset, length);
    }

    private ReadOnlySpan<byte> SegmentBefore(long at)
    {
        long last = _head + at - 1;
        int end = Offset(last) + 1;
        int length = (int)Math.Min(at, end);
        return pool.Block(_blocks[Index(last)]).Slice(end - length, length);
    }
}
