using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Continuous;

/// <summary>What a profiler that goes on did, over all its starts. Written by its thread, read by any.</summary>
/// <param name="name">The label <c>profiler</c>.</param>
internal sealed class ContinuousCounts(string name)
{
    private ProfileCounters _ended, _current;

    internal string Name => name;

    internal volatile bool IsRunning;

    internal long Windows, PausedWindows, Lowered, Raised, Failures, Dropped, Level, Named, Nameless, Gone;

    internal double Cost;

    /// <summary>What the kernel side counted.</summary>
    internal ProfileCounters Kernel => new()
    {
        Seen = _ended.Seen + _current.Seen,
        Idle = _ended.Idle + _current.Idle,
        Brief = _ended.Brief + _current.Brief,
        Lost = _ended.Lost + _current.Lost,
        Sampled = _ended.Sampled + _current.Sampled,
        Cut = _ended.Cut + _current.Cut,
    };

    /// <summary>How the kernel side followed stacks of programs, when it had tables.</summary>
    internal UnwindCounters Unwinding => _endedUnwinding.Plus(_unwinding);

    private UnwindCounters _endedUnwinding, _unwinding;
    private long _endedNamed, _endedNameless, _endedGone;

    /// <summary>A new start: the kernel side counts from nothing.</summary>
    internal void Begin()
    {
        _ended = Kernel;
        _current = default;
        _endedUnwinding = Unwinding;
        _unwinding = default;
        (_endedNamed, _endedNameless, _endedGone) = (Named, Nameless, Gone);
    }

    /// <summary>Takes what a start has counted so far.</summary>
    internal void Take(Profile profile)
    {
        _current = profile.Kernel;
        _unwinding = profile.Unwinding ?? default;
        Named = _endedNamed + profile.Symbols.Named;
        Nameless = _endedNameless + profile.Symbols.Nameless + profile.Symbols.Anonymous + profile.Symbols.Unreadable + profile.Symbols.Kernel;
        Gone = _endedGone + profile.Symbols.Gone;
    }
}
