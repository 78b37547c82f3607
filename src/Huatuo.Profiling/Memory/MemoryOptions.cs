using Huatuo.Flow.Options;
using Huatuo.Profiling.Sampling;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Memory;

/// <summary>What of memory is profiled.</summary>
internal sealed record MemoryOptions
{
    /// <summary>The largest size that is drawn by chance.</summary>
    internal const long MostInterval = 1 << 30;

    /// <summary>What can be set of them.</summary>
    internal static OptionSchema<MemoryOptions> Schema { get; } = new OptionSchema<MemoryOptions>("")
        .Add("kind", OptionTypes.Choice(("virtual", MemoryKind.Virtual), ("physical", MemoryKind.Physical), ("held", MemoryKind.Held)), o => o.Kind, (o, v) => o.Kind = v,
            "virtual: address space that is asked for; physical: pages that are taken; or held: those of them that are not given back by the end.")
        .Add("sample", OptionTypes.Bytes(new ByteSize(1), new ByteSize(MostInterval)), o => new ByteSize(o.Interval), (o, v) => o.Interval = v.Bytes,
            "What is smaller is taken by chance and counted as this much; 1 takes all.")
        .Add(StackPace.OptionName, StackPace.OptionType, o => o.MostStacks, (o, v) => o.MostStacks = v, StackPace.OptionText);

    /// <summary>Which memory.</summary>
    internal MemoryKind Kind { get; set; } = MemoryKind.Physical;

    /// <summary>Bytes: what is smaller is drawn by a chance of its part of this; 1 for all.</summary>
    internal long Interval { get; set; } = 512 << 10;

    /// <summary>The most stacks a second, on each CPU, that are taken as long as there is something to draw by chance; 0 for no bound.</summary>
    internal int MostStacks { get; set; } = StackPace.DefaultMost;

    /// <summary>Whose.</summary>
    internal ProfileTarget Target { get; set; } = new();

    /// <summary>Whether processes of one name are told apart.</summary>
    internal bool SplitsProcesses { get; set; }

    /// <summary>Gives tables for stacks of user space; null for frame pointers alone.</summary>
    internal Unwinder? Unwinder { get; set; }
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
