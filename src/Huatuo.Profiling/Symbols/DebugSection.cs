using System.IO.Compression;

namespace Huatuo.Profiling.Symbols;

/// <summary>Reads sections that are for debuggers, and may be compressed: <c>Elf64_Chdr</c> of the ELF specification, and then data of
/// zlib. Those of other compressions are not there.</summary>
internal static class DebugSection
{
    private const int HeaderBytes = 24;
    private const uint Zlib = 1;

    /// <summary>All of a section; null when it is larger than a bound, does not fit into the file, or is damaged.</summary>
    internal static byte[]? Read(ElfFile elf, ElfFile.Section section, int most)
    {
        byte[]? bytes = elf.Read(section, most);
        if (bytes is null || !section.IsCompressed)
            return bytes;
        ulong size = bytes.Length < HeaderBytes || ElfFile.U32(bytes) != Zlib ? ulong.MaxValue : ElfFile.U64(bytes.AsSpan(8));
        if (size > (ulong)most)
            return null;
        byte[] whole = new byte[size];
        try
        {
            using var content = new ZLibStream(new MemoryStream(bytes, HeaderBytes, bytes.Length - HeaderBytes), CompressionMode.Decompress);
            content.ReadExactly(whole);
            return whole;
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }
}
