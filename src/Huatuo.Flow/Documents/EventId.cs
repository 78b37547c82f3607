using System.Buffers.Binary;

namespace Huatuo.Flow.Documents;

/// <summary>
/// Makes identifiers of version 7 (RFC 9562): milliseconds first, so that they sort by time, then a counter over a random
/// start. Unlike <see cref="Guid.CreateVersion7()"/> it asks the system for random bytes once, not per event.
/// </summary>
/// <param name="random">The random start.</param>
internal sealed class EventId(ulong random)
{
    private long _counter;

    /// <summary>Starts where the system's random numbers say; RandomNumberGenerator would load all of OpenSSL for them.</summary>
    internal EventId()
        : this(BinaryPrimitives.ReadUInt64LittleEndian(Guid.NewGuid().ToByteArray()))
    {
    }

    /// <summary>The next identifier. Safe from any thread.</summary>
    /// <param name="utcNanoseconds">The time it carries.</param>
    internal Guid Next(long utcNanoseconds)
    {
        const ulong version = 0x7000, variant = 0x8000_0000_0000_0000;
        ulong milliseconds = (ulong)(utcNanoseconds / 1_000_000);
        ulong counter = (ulong)Interlocked.Increment(ref _counter);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, milliseconds << 16 | version | (random >> 52));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], variant | ((random + counter) & ~(3UL << 62)));
        return new Guid(bytes, bigEndian: true);
    }
}
