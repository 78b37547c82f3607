using System.Runtime.InteropServices;

namespace Huatuo.Bpf.Filters;

/// <summary>One instruction of classic BPF, as libpcap lays it out (<c>struct bpf_insn</c> of its pcap/bpf.h).</summary>
/// <param name="Code">Class, size or operation, and mode.</param>
/// <param name="IfTrue">How many instructions a jump whose condition holds skips.</param>
/// <param name="IfFalse">How many it skips otherwise.</param>
/// <param name="K">The operand.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ClassicInstruction(ushort Code, byte IfTrue, byte IfFalse, uint K);
