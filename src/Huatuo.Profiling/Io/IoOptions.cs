using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Io;

/// <summary>What input and output is profiled.</summary>
internal sealed record IoOptions
{
    /// <summary>The largest amount that is drawn by chance.</summary>
    internal const long MostInterval = 1 << 20;

    /// <summary>Where it is seen.</summary>
    internal IoLayer Layer { get; init; } = IoLayer.Block;

    /// <summary>What pictures show: time or bytes; both are summed.</summary>
    internal ProfileUnit Weight { get; init; } = ProfileUnit.Nanoseconds;

    /// <summary>Bytes: what moves less, and of files takes shorter than that part of a millisecond, is drawn by a chance of its part of this; 1 for all.</summary>
    internal long Interval { get; init; } = 16 << 10;

    /// <summary>Operations shorter than this are only counted.</summary>
    internal TimeSpan MinDuration { get; init; }

    /// <summary>Whose.</summary>
    internal ProfileTarget Target { get; init; } = new();

    /// <summary>Whether processes of one name are told apart.</summary>
    internal bool SplitsProcesses { get; init; }

    /// <summary>Gives tables for stacks of user space; null for frame pointers alone.</summary>
    internal Unwinder? Unwinder { get; init; }
}

/// <summary>Where input and output is seen.</summary>
internal enum IoLayer
{
    /// <summary>At disks.</summary>
    Block,

    /// <summary>At calls that read and write files.</summary>
    File,
}
