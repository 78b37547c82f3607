using Huatuo.Bpf;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Continuous;

/// <summary>A profiler that can go on for ever, at a rate that follows its cost. Used by one thread at a time.</summary>
internal interface IContinuousProfiler : IProfiler
{
    /// <summary>Makes profiles of the samples.</summary>
    ISplitRecorder Recorder { get; }

    /// <summary>What is loaded.</summary>
    BpfObject Loaded { get; }

    /// <summary>How many rates there are, the highest first.</summary>
    int Levels { get; }

    /// <summary>Goes on at another rate; takes the samples of the rate before.</summary>
    /// <param name="level">From 0, the highest rate, to less than <see cref="Levels"/>.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    void SetLevel(int level);

    /// <summary>Costs nothing until <see cref="Resume"/>; takes the samples that are there.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    void Pause();

    /// <summary>Goes on.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    void Resume();
}
