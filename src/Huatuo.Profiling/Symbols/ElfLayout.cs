namespace Huatuo.Profiling.Symbols;

/// <summary>Where the parts of an ELF file are mapped: what is kept of a file as long as it is.</summary>
/// <param name="Segments">Those parts.</param>
internal sealed record ElfLayout(IReadOnlyList<ElfLayout.Segment> Segments)
{
    /// <summary>A part of the file that is mapped.</summary>
    internal readonly record struct Segment(ulong Offset, ulong Address, ulong Bytes, bool IsCode);

    /// <summary>The address, in the file's own terms, of an offset in it that is mapped.</summary>
    internal bool TryAddress(ulong offset, out ulong address)
    {
        foreach (Segment segment in Segments)
        {
            address = offset - segment.Offset + segment.Address;
            if (offset >= segment.Offset && offset - segment.Offset < segment.Bytes)
                return true;
        }
        address = 0;
        return false;
    }
}
