using System.Buffers.Binary;
using System.Text;

namespace Huatuo.Store.Search;

/// <summary>What an event's id tells of its document.</summary>
internal static class EventIdText
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>How its document begins.</summary>
    public static byte[] Head(Guid id) => Encoding.ASCII.GetBytes($"{{\"id\":\"{id:D}\"");

    /// <summary>When it was made, in nanoseconds since 1970: version 7 begins with 48 bits of milliseconds.</summary>
    public static long MadeNs(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        // Of the year 2262 and later nothing can be stored.
        return Math.Min(milliseconds, long.MaxValue / 2 / NanosecondsPerMillisecond) * NanosecondsPerMillisecond;
    }
}
