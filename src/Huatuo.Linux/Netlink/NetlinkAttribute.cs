using System.Buffers.Binary;

namespace Huatuo.Linux.Netlink;

/// <summary>The attributes that follow each other in a message: <c>struct nlattr</c> (<c>include/uapi/linux/netlink.h</c>).</summary>
internal static class NetlinkAttribute
{
    private const int HeaderBytes = 4;
    private const ushort TypeMask = 0x3fff;

    /// <summary>Takes the next one.</summary>
    /// <returns>False when what is left is none.</returns>
    internal static bool TryNext(scoped ref ReadOnlySpan<byte> rest, out ushort type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (rest.Length < HeaderBytes)
            return false;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (length < HeaderBytes || length > rest.Length)
            return false;
        type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & TypeMask);
        value = rest[HeaderBytes..length];
        rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
        return true;
    }

    /// <summary>A text without its terminating zero.</summary>
    internal static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value) => value.IndexOf((byte)0) is >= 0 and int end ? value[..end] : value;
}
