using Huatuo.Flow.Options;
using Huatuo.Profiling.Sampling;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Io;

/// <summary>What input and output is profiled.</summary>
internal sealed record IoOptions
{
    /// <summary>The largest amount that is drawn by chance.</summary>
    internal const long MostInterval = 1 << 20;

    /// <summary>What can be set of them.</summary>
    internal static OptionSchema<IoOptions> Schema { get; } = new OptionSchema<IoOptions>("")
        .Add("layer", OptionTypes.Choice(("block", IoLayer.Block), ("file", IoLayer.File)), o => o.Layer, (o, v) => o.Layer = v,
            "block: operations of disks; or file: calls that read and write files.")
        .Add("by", OptionTypes.Choice(("time", ProfileUnit.Nanoseconds), ("bytes", ProfileUnit.Bytes)), o => o.Weight, (o, v) => o.Weight = v,
            "What pictures show and comparisons compare: time or bytes. Both are in pprof and JSON.")
        .Add("sample", OptionTypes.Bytes(new ByteSize(1), new ByteSize(MostInterval)), o => new ByteSize(o.Interval), (o, v) => o.Interval = v.Bytes,
            "What moves less, and of files takes less than that part of a millisecond, is taken by chance and counted as so many; 1 takes all.")
        .Add("min_duration", OptionTypes.Duration, o => o.MinDuration, (o, v) => o.MinDuration = v,
            "Operations shorter than this are only counted.")
        .Add(StackPace.OptionName, StackPace.OptionType, o => o.MostStacks, (o, v) => o.MostStacks = v, StackPace.OptionText);

    /// <summary>Where it is seen.</summary>
    internal IoLayer Layer { get; set; } = IoLayer.Block;

    /// <summary>What pictures show: time or bytes; both are summed.</summary>
    internal ProfileUnit Weight { get; set; } = ProfileUnit.Nanoseconds;

    /// <summary>Bytes: what moves less, and of files takes shorter than that part of a millisecond, is drawn by a chance of its part of this; 1 for all.</summary>
    internal long Interval { get; set; } = 16 << 10;

    /// <summary>Operations shorter than this are only counted.</summary>
    internal TimeSpan MinDuration { get; set; }

    /// <summary>The most stacks a second, on each CPU, that are taken as long as there is something to draw by chance; 0 for no bound.</summary>
    internal int MostStacks { get; set; } = StackPace.DefaultMost;

    /// <summary>Whose.</summary>
    internal ProfileTarget Target { get; set; } = new();

    /// <summary>Whether processes of one name are told apart.</summary>
    internal bool SplitsProcesses { get; set; }

    /// <summary>Gives tables for stacks of user space; null for frame pointers alone.</summary>
    internal Unwinder? Unwinder { get; set; }
}

/// <summary>Where input and output is seen.</summary>
internal enum IoLayer
{
    /// <summary>At disks.</summary>
    Block,

    /// <summary>At calls that read and write files.</summary>
    File,
}
