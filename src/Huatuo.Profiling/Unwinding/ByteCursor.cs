using System.Buffers.Binary;

namespace Huatuo.Profiling.Unwinding;

/// <summary>Reads numbers as DWARF writes them, within bounds. Behind the end all are 0, and it says that it failed.</summary>
/// <param name="bytes">What is read.</param>
/// <param name="at">Where it begins.</param>
/// <param name="end">Where it ends; not behind the end of the bytes.</param>
internal ref struct ByteCursor(ReadOnlySpan<byte> bytes, int at, int end)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal int At { get; private set; } = at;

    internal readonly int End { get; } = end;

    internal bool HasFailed { get; private set; }

    internal readonly bool IsAtEnd => At >= End || HasFailed;

    internal byte U8() => Take(1) is [byte value] ? value : (byte)0;

    internal ushort U16() => Take(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16LittleEndian(two) : (ushort)0;

    internal uint U32() => Take(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;

    internal ulong U64() => Take(8) is { Length: 8 } eight ? BinaryPrimitives.ReadUInt64LittleEndian(eight) : 0;

    /// <summary>A number of seven bits in each byte, the lowest first.</summary>
    internal ulong Uleb()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = U8();
            if (shift < 64)
                value |= (ulong)(part & 0x7f) << shift;
            if ((part & 0x80) == 0 || HasFailed)
                return value;
        }
    }

    /// <summary>The same with a sign.</summary>
    internal long Sleb()
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = U8();
            if (shift < 64)
                value |= (long)(part & 0x7f) << shift;
            if ((part & 0x80) != 0 && !HasFailed)
                continue;
            return (part & 0x40) != 0 && shift + 7 < 64 ? value | -1L << (shift + 7) : value;
        }
    }

    /// <summary>So many bytes; none when there are fewer.</summary>
    internal ReadOnlySpan<byte> Take(ulong length)
    {
        if (HasFailed || length > (ulong)Math.Max(0, End - At))
        {
            HasFailed = true;
            return default;
        }
        ReadOnlySpan<byte> taken = _bytes.Slice(At, (int)length);
        At += (int)length;
        return taken;
    }

    /// <summary>What stands before a zero, which is passed.</summary>
    internal ReadOnlySpan<byte> Text()
    {
        int length = IsAtEnd ? -1 : _bytes[At..End].IndexOf((byte)0);
        ReadOnlySpan<byte> text = Take(length < 0 ? ulong.MaxValue : (ulong)length);
        Take(1);
        return text;
    }
}
