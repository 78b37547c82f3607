using Huatuo.Flow.Options;
using Huatuo.Profiling.Sampling;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Lock;

/// <summary>Which waits for locks are profiled.</summary>
internal sealed record LockOptions
{
    /// <summary>The longest wait that is drawn by chance.</summary>
    internal static readonly TimeSpan MostInterval = TimeSpan.FromSeconds(1);

    /// <summary>What can be set of them.</summary>
    internal static OptionSchema<LockOptions> Schema { get; } = new OptionSchema<LockOptions>("")
        .Add("kind", OptionTypes.Choice(("all", LockKinds.All), ("kernel", LockKinds.Kernel), ("futex", LockKinds.Futex)), o => o.Kinds, (o, v) => o.Kinds = v,
            "kernel: locks of the kernel; futex: those of programs; or all.")
        .Add("sample", OptionTypes.DurationBetween(TimeSpan.Zero, MostInterval), o => o.Interval, (o, v) => o.Interval = v,
            "Waits that are shorter are taken by chance and counted as this long; 0s takes all.")
        .Add("min_duration", OptionTypes.Duration, o => o.MinDuration, (o, v) => o.MinDuration = v,
            "Waits shorter than this are only counted.")
        .Add(StackPace.OptionName, StackPace.OptionType, o => o.MostStacks, (o, v) => o.MostStacks = v, StackPace.OptionText);

    /// <summary>Of which locks.</summary>
    internal LockKinds Kinds { get; set; } = LockKinds.All;

    /// <summary>Waits that are shorter are drawn by a chance of their part of this; a nanosecond or less for all.</summary>
    internal TimeSpan Interval { get; set; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Waits shorter than this are only counted.</summary>
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

/// <summary>Whose locks.</summary>
[Flags]
internal enum LockKinds
{
    /// <summary>Those of the kernel.</summary>
    Kernel = 1,

    /// <summary>Those of programs.</summary>
    Futex = 2,

    /// <summary>Both.</summary>
    All = 3,
}
