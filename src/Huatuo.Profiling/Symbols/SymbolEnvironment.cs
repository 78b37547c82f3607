using Huatuo.Linux.Proc;

namespace Huatuo.Profiling.Symbols;

/// <summary>What the symbols of all processes share. Used by one thread at a time.</summary>
/// <param name="Frames">Takes the frames.</param>
/// <param name="ProcRoot">Where proc is mounted.</param>
internal sealed record SymbolEnvironment(FrameTable Frames, string ProcRoot)
{
    private const long MostFunctionBytes = 32 << 20;

    internal SymbolCounts Counts { get; init; } = new();

    internal FunctionCache Functions { get; } = new(MostFunctionBytes);

    /// <summary>Files that were read before.</summary>
    internal FileIdentities Files { get; } = new();

    /// <summary>What the unwinder saw of a process (its number, where the arguments of its program lie); null for nothing.</summary>
    internal Func<uint, ulong, SeenProgram?> Seen { get; init; } = static (_, _) => null;

    /// <summary>For maps of compilers.</summary>
    internal PerfMapRoom PerfMaps { get; } = new();

    /// <summary>For small files of proc.</summary>
    internal FileBuffer Buffer { get; } = new();
}
