namespace Huatuo.Bpf.Filters;

/// <summary>Writes eBPF instructions; jumps go forward, to labels that are placed later.</summary>
internal sealed class Assembler
{
    private const byte Alu32 = 0x04, Jump = 0x05, Jump32 = 0x06, Alu64 = 0x07;
    private const byte ByRegister = 0x08;
    private readonly List<ulong> _code = [];
    private readonly List<(int At, int Label)> _jumps = [];
    private readonly List<int> _labels = [];

    internal int NewLabel()
    {
        _labels.Add(-1);
        return _labels.Count - 1;
    }

    internal void Place(int label) => _labels[label] = _code.Count;

    internal bool IsUsed(int label) => _jumps.Any(jump => jump.Label == label);

    internal void Alu(Operation operation, Register target, uint value) => Add((byte)((byte)operation | Alu32), target, default, 0, value);

    internal void Alu(Operation operation, Register target, Register source) => Add((byte)((byte)operation | ByRegister | Alu32), target, source, 0, 0);

    internal void Wide(Operation operation, Register target, int value) => Add((byte)((byte)operation | Alu64), target, default, 0, (uint)value);

    internal void Wide(Operation operation, Register target, Register source) => Add((byte)((byte)operation | ByRegister | Alu64), target, source, 0, 0);

    /// <summary>Reads bytes below the frame, without a sign.</summary>
    internal void Load(Register target, int bytes, int offset) => Add((byte)(SizeOf(bytes) | 0x61), target, Register.Frame, offset, 0);

    internal void Store(int offset, Register source) => Add(0x63, Register.Frame, source, offset, 0);

    internal void Store(int offset, uint value) => Add(0x62, Register.Frame, default, offset, value);

    /// <summary>Turns the low bits, which are in the network's order, into a number.</summary>
    internal void FromNetwork(Register register, int bits) => Add(0xdc, register, default, 0, (uint)bits);

    internal void Call(int function) => Add(0x85, default, default, 0, (uint)function);

    internal void Exit() => Add(0x95, default, default, 0, 0);

    internal void Goto(int label) => AddJump(Jump, default, default, 0, label);

    /// <summary>Compares 32 bits, without a sign.</summary>
    internal void If(Condition condition, Register register, uint value, int label) => AddJump((byte)((byte)condition | Jump32), register, default, value, label);

    internal void If(Condition condition, Register register, Register other, int label) => AddJump((byte)((byte)condition | ByRegister | Jump32), register, other, 0, label);

    /// <summary>Compares all 64 bits, without a sign.</summary>
    internal void IfWide(Condition condition, Register register, Register other, int label) => AddJump((byte)((byte)condition | ByRegister | Jump), register, other, 0, label);

    internal ulong[] Finish()
    {
        foreach ((int at, int label) in _jumps)
            _code[at] |= (ulong)(ushort)checked((short)(_labels[label] - at - 1)) << 16;
        return [.. _code];
    }

    // Sizes are 0 for four bytes, 8 for two, 16 for one.
    private static byte SizeOf(int bytes) => bytes switch { 4 => 0x00, 2 => 0x08, _ => 0x10 };

    private void AddJump(byte code, Register target, Register source, uint value, int label)
    {
        _jumps.Add((_code.Count, label));
        Add(code, target, source, 0, value);
    }

    private void Add(byte code, Register target, Register source, int offset, uint value) =>
        _code.Add(code | (ulong)target << 8 | (ulong)source << 12 | (ulong)(ushort)(short)offset << 16 | (ulong)value << 32);
}
