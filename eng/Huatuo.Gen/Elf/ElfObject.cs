namespace Huatuo.Gen.Elf;

/// <summary>The sections and function symbols of a relocatable BPF object.</summary>
internal sealed class ElfObject
{
    private const uint Magic = 0x464C457F;
    private const byte Class64 = 2;
    private const byte LittleEndian = 1;
    private const ushort MachineBpf = 247;
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const uint SymbolTable = 2;
    private const uint NoBits = 8;
    private const ulong Executable = 4;
    private const byte GlobalFunction = 0x12;

    private readonly byte[] _file;
    private readonly ElfSection[] _sections;

    /// <exception cref="InvalidDataException">The bytes are not a 64-bit little-endian BPF object.</exception>
    public ElfObject(byte[] file)
    {
        _file = file;
        var elf = new ByteWindow(file, "ELF file");
        if (elf.U32(0) != Magic || elf.U8(4) != Class64 || elf.U8(5) != LittleEndian || elf.U16(18) != MachineBpf)
            throw new InvalidDataException("not a 64-bit little-endian BPF object");
        _sections = ReadSections(elf);
    }

    /// <summary>The bytes of the section, or null when the object has none of that name.</summary>
    public ReadOnlyMemory<byte>? Section(string name)
    {
        foreach (ElfSection section in _sections)
            if (section.Name == name)
                return Bytes(section);
        return null;
    }

    /// <summary>Global functions in a program section: what libbpf loads as programs. Those in .text are subprograms.</summary>
    public IReadOnlyList<string> Programs()
    {
        var programs = new List<string>();
        foreach (ElfSection table in _sections)
        {
            if (table.Type != SymbolTable)
                continue;
            var symbols = new ByteWindow(Bytes(table).Span, table.Name);
            var names = new ByteWindow(Bytes(At(table.Link)).Span, "symbol names");
            for (ulong at = 0; at + SymbolSize <= (ulong)symbols.Length; at += SymbolSize)
            {
                if (symbols.U8(at + 4) != GlobalFunction || symbols.U16(at + 6) is 0 or >= 0xff00)
                    continue;
                ElfSection home = At(symbols.U16(at + 6));
                if ((home.Flags & Executable) != 0 && home.Name != ".text")
                    programs.Add(names.Text(symbols.U32(at)));
            }
        }

        return programs;
    }

    private static ElfSection[] ReadSections(ByteWindow elf)
    {
        ulong start = elf.U64(0x28);
        int count = elf.U16(0x3c);
        ushort namesIndex = elf.U16(0x3e);
        if (count == 0 || elf.U16(0x3a) != SectionHeaderSize || namesIndex >= count)
            throw new InvalidDataException("ELF file: no section headers");
        ByteWindow headers = elf.Part(start, (ulong)count * SectionHeaderSize, "section headers");
        ulong namesHeader = (ulong)namesIndex * SectionHeaderSize;
        ByteWindow names = elf.Part(headers.U64(namesHeader + 0x18), headers.U64(namesHeader + 0x20), "section names");

        var sections = new ElfSection[count];
        for (int i = 0; i < count; i++)
        {
            ulong at = (ulong)i * SectionHeaderSize;
            sections[i] = new ElfSection(
                names.Text(headers.U32(at)), headers.U32(at + 4), headers.U64(at + 8),
                headers.U64(at + 0x18), headers.U64(at + 0x20), headers.U32(at + 0x28));
        }

        return sections;
    }

    private ElfSection At(uint index) => index < _sections.Length
        ? _sections[index]
        : throw new InvalidDataException($"ELF file: no section {index}");

    private ReadOnlyMemory<byte> Bytes(ElfSection section)
    {
        if (section.Type == NoBits)
            return default;
        ulong length = (ulong)_file.Length;
        if (section.Offset > length || section.Size > length - section.Offset)
            throw new InvalidDataException($"ELF file: section {section.Name} is beyond the end of the file");
        return _file.AsMemory((int)section.Offset, (int)section.Size);
    }
}
