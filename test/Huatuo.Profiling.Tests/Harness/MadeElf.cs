using System.Buffers.Binary;

namespace Huatuo.Profiling.Tests.Harness;

/// <summary>An ELF file with sections that no linker would make.</summary>
internal sealed class MadeElf
{
    private const int HeaderBytes = 64, SectionBytes = 64;
    private readonly List<(uint Name, uint Type, int Offset, int Bytes, uint Link)> _sections = [];
    private readonly List<byte> _content = [.. new byte[HeaderBytes]];

    /// <summary>Adds bytes.</summary>
    /// <returns>Where they are.</returns>
    internal (int Offset, int Bytes) Add(ReadOnlySpan<byte> bytes)
    {
        int offset = _content.Count;
        _content.AddRange(bytes);
        return (offset, bytes.Length);
    }

    /// <summary>Adds a header of a section.</summary>
    /// <param name="name">Where its name is in the section of names, which is number 0.</param>
    /// <param name="type">Its type.</param>
    /// <param name="at">Its bytes.</param>
    /// <param name="link">The section that it refers to.</param>
    internal void Section(uint name, uint type, (int Offset, int Bytes) at, uint link = 0) => _sections.Add((name, type, at.Offset, at.Bytes, link));

    /// <summary>The whole file.</summary>
    internal byte[] Bytes()
    {
        byte[] file = [.. _content, .. new byte[_sections.Count * SectionBytes]];
        "\u007fELF\u0002\u0001"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), (ulong)_content.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), SectionBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), (ushort)_sections.Count);
        for (int i = 0; i < _sections.Count; i++)
        {
            (uint name, uint type, int offset, int bytes, uint link) = _sections[i];
            Span<byte> header = file.AsSpan(_content.Count + i * SectionBytes, SectionBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(header, name);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], (ulong)offset);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)bytes);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], link);
        }
        return file;
    }
}
