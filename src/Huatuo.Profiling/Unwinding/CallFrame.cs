namespace Huatuo.Profiling.Unwinding;

/// <summary>What the call frame information tells of one run of code.</summary>
/// <param name="Begin">Its first address, in the file's own terms.</param>
/// <param name="End">The address behind it.</param>
/// <param name="Instructions">Where its instructions are in the section.</param>
/// <param name="Common">What it shares with others.</param>
internal readonly record struct CallFrame(ulong Begin, ulong End, Range Instructions, CommonFrame Common)
{
    /// <summary>The same code elsewhere.</summary>
    internal CallFrame Moved(ulong distance) => this with { Begin = Begin + distance, End = End + distance };
}

/// <summary>What a section tells.</summary>
/// <param name="Section">Its bytes.</param>
/// <param name="All">Its runs of code, by their beginning.</param>
internal sealed record CallFrames(byte[] Section, List<CallFrame> All)
{
    internal static readonly CallFrames None = new([], []);
}

/// <summary>What runs of code share.</summary>
/// <param name="CodeUnit">What steps of addresses count.</param>
/// <param name="DataUnit">What offsets count.</param>
/// <param name="Encoding">How addresses are written.</param>
/// <param name="HasLength">Whether each run has data of a length that it tells.</param>
/// <param name="IsSignal">Whether it is the code that a signal's handler returns to.</param>
/// <param name="Instructions">Those that hold at the beginning.</param>
internal sealed record CommonFrame(ulong CodeUnit, long DataUnit, byte Encoding, bool HasLength, bool IsSignal, Range Instructions);
