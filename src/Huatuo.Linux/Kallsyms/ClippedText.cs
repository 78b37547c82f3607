using System.Numerics;

namespace Huatuo.Linux.Kallsyms;

/// <summary>Appends bytes to a span and drops what does not fit.</summary>
internal ref struct ClippedText(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    internal int Length { get; private set; }

    internal void Append(scoped ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _destination.Length - Length);
        bytes[..count].CopyTo(_destination[Length..]);
        Length += count;
    }

    /// <summary>Appends <c>0x…</c> in lower case without leading zeros.</summary>
    internal void AppendHex(ulong value)
    {
        Span<byte> digits = stackalloc byte[18];
        int count = Math.Max(1, (67 - BitOperations.LeadingZeroCount(value)) / 4);
        digits[0] = (byte)'0';
        digits[1] = (byte)'x';
        for (int at = count + 1; at > 1; at--, value >>= 4)
            digits[at] = "0123456789abcdef"u8[(int)(value & 0xf)];
        Append(digits[..(count + 2)]);
    }
}
