namespace Huatuo.Bpf.Filters;

/// <summary>The registers of eBPF, by what the translation keeps in them; the first six do not survive a call.</summary>
internal enum Register
{
    Result,
    First,
    Second,
    Third,
    Accumulator = 6,
    Offset = 7,
    Packet = 8,
    Length = 9,
    Frame = 10,
}
