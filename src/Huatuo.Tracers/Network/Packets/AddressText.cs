using System.Buffers.Binary;
using System.Buffers.Text;

namespace Huatuo.Tracers.Network.Packets;

/// <summary>Addresses as text without allocating: dotted IPv4, IPv6 as RFC 5952 says, MAC with colons.</summary>
internal static class AddressText
{
    /// <summary>Room for every address.</summary>
    internal const int MaxBytes = 46;

    /// <summary>Formats 4 bytes as IPv4, 16 as IPv6, others as MAC.</summary>
    /// <returns>The written part of <paramref name="room"/>, of at least <see cref="MaxBytes"/>.</returns>
    internal static ReadOnlySpan<byte> Format(ReadOnlySpan<byte> address, Span<byte> room) => address.Length switch
    {
        4 => room[..Ipv4(address, room)],
        16 => room[..Ipv6(address, room)],
        _ => room[..Mac(address, room)],
    };

    private static int Ipv4(ReadOnlySpan<byte> address, Span<byte> room)
    {
        int length = 0;
        for (int i = 0; i < 4; i++)
        {
            if (i > 0)
                room[length++] = (byte)'.';
            Utf8Formatter.TryFormat(address[i], room[length..], out int digits);
            length += digits;
        }
        return length;
    }

    private static int Ipv6(ReadOnlySpan<byte> address, Span<byte> room)
    {
        const int groups = 8, mappedPrefix = 12;
        if (address[..10].IndexOfAnyExcept((byte)0) < 0 && address[10] == 0xff && address[11] == 0xff)
        {
            "::ffff:"u8.CopyTo(room);
            return 7 + Ipv4(address[mappedPrefix..], room[7..]);
        }
        (int zeros, int run) = LongestZeroRun(address);
        int length = 0;
        for (int i = 0; i < groups; i++)
        {
            if (i == zeros)
            {
                "::"u8.CopyTo(room[length..]);
                length += 2;
                i += run - 1;
                continue;
            }
            if (i > 0 && i != zeros + run)
                room[length++] = (byte)':';
            BinaryPrimitives.ReadUInt16BigEndian(address[(2 * i)..]).TryFormat(room[length..], out int digits, "x");
            length += digits;
        }
        return length;
    }

    private static (int Start, int Length) LongestZeroRun(ReadOnlySpan<byte> address)
    {
        (int start, int length) = (-1, 1);
        for (int i = 0; i < 8; i++)
        {
            int end = i;
            while (end < 8 && address[2 * end] == 0 && address[2 * end + 1] == 0)
                end++;
            if (end - i > length)
                (start, length) = (i, end - i);
            i = Math.Max(i, end - 1);
        }
        return (start, start < 0 ? 0 : length);
    }

    private static int Mac(ReadOnlySpan<byte> address, Span<byte> room)
    {
        int length = 0;
        foreach (byte octet in address[..Math.Min(address.Length, 6)])
        {
            if (length > 0)
                room[length++] = (byte)':';
            octet.TryFormat(room[length..], out int digits, "x2");
            length += digits;
        }
        return length;
    }
}
