namespace Huatuo.Profiling.Symbols;

/// <summary>The zero-terminated texts of a section, asked for in the order in which they lie there: it is read once, and a part at a time.</summary>
/// <param name="elf">The file.</param>
/// <param name="section">The section, which the file has.</param>
/// <param name="longest">How long a text may be.</param>
internal sealed class ElfTexts(ElfFile elf, ElfFile.Section section, int longest)
{
    private const int PartBytes = 1 << 20;

    private readonly byte[] _part = new byte[(int)Math.Min(section.Bytes, PartBytes)];
    private ulong _at;
    private int _bytes;

    /// <summary>The text at an offset; empty when there is none.</summary>
    internal ReadOnlySpan<byte> At(uint offset)
    {
        if (offset >= section.Bytes)
            return default;
        ulong end = Math.Min(offset + (ulong)longest + 1, section.Bytes);
        if (offset < _at || end > _at + (ulong)_bytes)
        {
            _at = offset;
            _bytes = (int)Math.Min((ulong)_part.Length, section.Bytes - offset);
            if (!elf.TryRead(section, _at, _part.AsSpan(0, _bytes)))
                _bytes = 0;
        }
        return ElfFile.Text(_part.AsSpan(0, _bytes), (uint)(offset - _at), longest);
    }
}
