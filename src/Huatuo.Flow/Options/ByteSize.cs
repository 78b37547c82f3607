using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Flow.Options;

/// <summary>An amount of memory or storage.</summary>
/// <param name="Bytes">The amount in bytes.</param>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    private static readonly Unit[] Units =
    [
        new("TiB", 1L << 40), new("GiB", 1L << 30), new("MiB", 1L << 20), new("KiB", 1L << 10),
        new("TB", 1_000_000_000_000), new("GB", 1_000_000_000), new("MB", 1_000_000), new("KB", 1_000), new("kB", 1_000),
        new("B", 1), new("", 1),
    ];

    /// <summary>That many times 1,024 bytes.</summary>
    public static ByteSize KiB(long count) => new(checked(count << 10));

    /// <summary>That many times 1,048,576 bytes.</summary>
    public static ByteSize MiB(long count) => new(checked(count * (1L << 20)));

    /// <summary>That many times 1,073,741,824 bytes.</summary>
    public static ByteSize GiB(long count) => new(checked(count * (1L << 30)));

    /// <summary>
    /// Reads <c>8MiB</c>, <c>512KiB</c>, <c>1.5GiB</c>, <c>100MB</c> or plain bytes; units are written exactly so, and
    /// the amount must be a whole number of bytes.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ByteSize size)
    {
        bool valid = Unit.TryParse(text, Units, out long bytes);
        size = new ByteSize(bytes);
        return valid;
    }

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The amount in the largest binary unit that is exact: <c>8MiB</c>, <c>1000</c>.</summary>
    public override string ToString() => Unit.Format(Bytes, Units.AsSpan(0, 4), "");

    /// <summary>Compares amounts.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Compares amounts.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Compares amounts.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Compares amounts.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;
}
