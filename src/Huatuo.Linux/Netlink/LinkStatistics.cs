using System.Buffers.Binary;

namespace Huatuo.Linux.Netlink;

/// <summary>What a network device counts: <c>struct rtnl_link_stats64</c> (<c>include/uapi/linux/if_link.h</c>, since 2.6.35).</summary>
public static class LinkStatistics
{
    /// <summary>How many numbers are read; newer kernels give more.</summary>
    public const int Count = 24;

    /// <summary>The place of <c>rx_dropped</c>.</summary>
    public const int ReceiveDropped = 6;

    /// <summary>The place of <c>rx_missed_errors</c>.</summary>
    public const int ReceiveMissed = 15;

    // rx_nohandler came in 4.6.
    private const int Least = 23;

    /// <summary>Reads them in the kernel's order; what an older kernel has not is 0.</summary>
    /// <param name="statistics">The attribute's value.</param>
    /// <param name="numbers">Receives <see cref="Count"/> numbers.</param>
    /// <returns>False when the bytes are too few.</returns>
    public static bool TryRead(ReadOnlySpan<byte> statistics, Span<ulong> numbers)
    {
        if (statistics.Length < Least * sizeof(ulong))
            return false;
        numbers[..Count].Clear();
        for (int i = 0; i < Count && (i + 1) * sizeof(ulong) <= statistics.Length; i++)
            numbers[i] = BinaryPrimitives.ReadUInt64LittleEndian(statistics[(i * sizeof(ulong))..]);
        return true;
    }
}
