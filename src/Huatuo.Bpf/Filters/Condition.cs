namespace Huatuo.Bpf.Filters;

/// <summary>Conditions of jumps; classic BPF has the first four, with the same codes.</summary>
internal enum Condition : byte
{
    Equal = 0x10,
    Above = 0x20,
    AtLeast = 0x30,
    AnyBit = 0x40,
    NotEqual = 0x50,
    Below = 0xa0,
    AtMost = 0xb0,
}
