namespace Huatuo.Gen.Elf;

/// <summary>One section header, with its name resolved.</summary>
internal readonly record struct ElfSection(string Name, uint Type, ulong Flags, ulong Offset, ulong Size, uint Link);
