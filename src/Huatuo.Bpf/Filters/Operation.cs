namespace Huatuo.Bpf.Filters;

/// <summary>Arithmetic; classic BPF has the same codes, but for <see cref="Move"/>.</summary>
internal enum Operation : byte
{
    Add = 0x00,
    Divide = 0x30,
    And = 0x50,
    ShiftLeft = 0x60,
    ShiftRight = 0x70,
    Negate = 0x80,
    Modulo = 0x90,
    Move = 0xb0,
}
