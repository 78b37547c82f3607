using Huatuo.Bpf;

namespace Huatuo.Http.Sources;

/// <summary>One program's statistics over all runs of its tracer; in the kernel they start at zero with each load.</summary>
internal sealed class ProgramTotals
{
    private long _run;

    internal RunningSum RunTimeNanoseconds { get; private set; }

    internal RunningSum RunCount { get; private set; }

    internal RunningSum RecursionMisses { get; private set; }

    /// <summary>Takes what the kernel says now.</summary>
    /// <param name="run">The number of the tracer's run.</param>
    /// <param name="statistics">Counted since that run's load.</param>
    internal void Take(long run, BpfProgramStatistics statistics)
    {
        bool isNew = run != _run;
        _run = run;
        RunTimeNanoseconds = RunTimeNanoseconds.Take(isNew, statistics.RunTimeNanoseconds);
        RunCount = RunCount.Take(isNew, statistics.RunCount);
        RecursionMisses = RecursionMisses.Take(isNew, statistics.RecursionMisses);
    }

    /// <summary>The sum of ended runs and the count of the one that goes on.</summary>
    internal readonly record struct RunningSum(ulong Ended, ulong Current)
    {
        internal ulong Sum => Ended + Current;

        internal RunningSum Take(bool isNew, ulong value) => isNew ? new RunningSum(Sum, value) : new RunningSum(Ended, value);
    }
}
