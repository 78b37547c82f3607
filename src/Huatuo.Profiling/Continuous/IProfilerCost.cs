namespace Huatuo.Profiling.Continuous;

/// <summary>Measures what a profiler costs.</summary>
internal interface IProfilerCost
{
    /// <summary>CPU time of the calling thread so far.</summary>
    TimeSpan OwnTime { get; }

    /// <summary>Begins to measure the programs.</summary>
    /// <param name="profiler">Whose.</param>
    void Begin(IContinuousProfiler profiler);

    /// <summary>Ends it.</summary>
    /// <returns>Time in the programs since then, of all CPUs; nothing when the kernel does not measure it.</returns>
    TimeSpan End(IContinuousProfiler profiler);
}
