using Huatuo.Flow.Containers;
using Huatuo.Flow.Sinks;
using Huatuo.Profiling;
using Huatuo.Profiling.Catalog;

namespace Huatuo.Http.Api.Tasks;

/// <summary>Runs profilers for tasks.</summary>
internal interface IProfileHost
{
    /// <summary>Starts one.</summary>
    /// <param name="order">What is wanted.</param>
    /// <returns>It, to be disposed of.</returns>
    /// <exception cref="IOException">The kernel refuses, or lacks something.</exception>
    Task<IProfiler> StartAsync(ProfileOrder order);

    /// <summary>Gives a profile to a sink, as documents, and to the sinks of profiles that are taken all the time, if there are any.</summary>
    /// <param name="profile">It.</param>
    /// <param name="profiler">Who took it.</param>
    /// <param name="task">The task's id.</param>
    /// <param name="container">Whose it is, when it is that of a container.</param>
    /// <param name="sink">The task's own sink.</param>
    void Keep(Profile profile, string profiler, string task, Container? container, IEventSink sink);
}
