using System.Globalization;

namespace Huatuo.Store.Spool;

/// <summary>One file of a spool. Guarded by <see cref="SpoolSegments"/>.</summary>
/// <param name="directory">The spool's folder.</param>
/// <param name="number">Larger than that of every older segment, also of earlier runs.</param>
internal sealed class Segment(string directory, ulong number)
{
    private const string Suffix = ".segment";
    private const int Digits = 16;

    /// <summary>Its place in the order.</summary>
    public ulong Number => number;

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.Combine(directory, number.ToString("x16", CultureInfo.InvariantCulture) + Suffix);

    /// <summary>Where the last whole record ends.</summary>
    public long Length { get; set; }

    /// <summary>Up to where it was read.</summary>
    public long ReadTo { get; set; }

    /// <summary>Up to where every document is delivered, or given up.</summary>
    public long AcknowledgedTo { get; set; }

    /// <summary>Whether nothing more is written to it.</summary>
    public bool IsSealed { get; set; }

    /// <summary>Whether documents read from it are being delivered.</summary>
    public bool IsInUse { get; set; }

    /// <summary>Documents of each tracer that are neither delivered nor given up.</summary>
    public Dictionary<string, long> Waiting { get; } = [];

    /// <summary>Whether it can go.</summary>
    public bool IsDone => IsSealed && !IsInUse && AcknowledgedTo >= Length;

    /// <summary>The number in a file's name.</summary>
    public static bool TryNumber(string path, out ulong number)
    {
        ReadOnlySpan<char> name = System.IO.Path.GetFileName(path.AsSpan());
        number = 0;
        return name.Length == Digits + Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal)
            && ulong.TryParse(name[..Digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Adds to the documents that wait.</summary>
    public void Add(string tracer, long documents) => Waiting[tracer] = Waiting.GetValueOrDefault(tracer) + documents;
}
