using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Memory;

/// <summary>What of memory is profiled.</summary>
internal sealed record MemoryOptions
{
    /// <summary>The largest size that is drawn by chance.</summary>
    internal const long MostInterval = 1 << 30;

    /// <summary>Which memory.</summary>
    internal MemoryKind Kind { get; init; } = MemoryKind.Physical;

    /// <summary>Bytes: what is smaller is drawn by a chance of its part of this; 1 for all.</summary>
    internal long Interval { get; init; } = 512 << 10;

    /// <summary>Whose.</summary>
    internal ProfileTarget Target { get; init; } = new();

    /// <summary>Whether processes of one name are told apart.</summary>
    internal bool SplitsProcesses { get; init; }

    /// <summary>Gives tables for stacks of user space; null for frame pointers alone.</summary>
    internal Unwinder? Unwinder { get; init; }
}

/// <summary>What memory is.</summary>
internal enum MemoryKind
{
    /// <summary>Address space that is asked for.</summary>
    Virtual,

    /// <summary>Pages that are taken.</summary>
    Physical,

    /// <summary>Pages that are taken and not given back.</summary>
    Held,
}
