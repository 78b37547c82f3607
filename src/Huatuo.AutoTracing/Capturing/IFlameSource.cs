using Huatuo.Flow.Tracing;
using Huatuo.Profiling;
using Huatuo.Profiling.Catalog;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>Takes flame graphs.</summary>
internal interface IFlameSource
{
    /// <summary>Takes a profile.</summary>
    /// <param name="profiler">By which profiler, with its defaults.</param>
    /// <param name="target">Whose samples are wanted.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="services">The kernel's symbols.</param>
    /// <param name="stop">Ends it early.</param>
    /// <param name="unit">What the rows sum; null for what the profiler's samples weigh, which of samples of CPUs is one each.</param>
    /// <returns>What could be taken; what went wrong is in it.</returns>
    Task<FlameData> TakeAsync(ProfilerDefinition profiler, ProfileTarget target, TimeSpan duration, TracerServices services, CancellationToken stop, ProfileUnit? unit = null);

    /// <summary>Samples what the CPUs do.</summary>
    /// <param name="target">Whose samples are wanted.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="services">The kernel's symbols.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>What could be taken; what went wrong is in it.</returns>
    Task<FlameData> TakeAsync(ProfileTarget target, TimeSpan duration, TracerServices services, CancellationToken stop);
}
