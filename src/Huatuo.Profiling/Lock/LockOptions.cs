using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Lock;

/// <summary>Which waits for locks are profiled.</summary>
internal sealed record LockOptions
{
    /// <summary>The longest wait that is drawn by chance.</summary>
    internal static readonly TimeSpan MostInterval = TimeSpan.FromSeconds(1);

    /// <summary>Of which locks.</summary>
    internal LockKinds Kinds { get; init; } = LockKinds.All;

    /// <summary>Waits that are shorter are drawn by a chance of their part of this; a nanosecond or less for all.</summary>
    internal TimeSpan Interval { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Waits shorter than this are only counted.</summary>
    internal TimeSpan MinDuration { get; init; }

    /// <summary>Whose.</summary>
    internal ProfileTarget Target { get; init; } = new();

    /// <summary>Whether processes of one name are told apart.</summary>
    internal bool SplitsProcesses { get; init; }

    /// <summary>Gives tables for stacks of user space; null for frame pointers alone.</summary>
    internal Unwinder? Unwinder { get; init; }
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
