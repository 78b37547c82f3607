using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Api.Tasks;
using Huatuo.Linux.Clock;
using Huatuo.Profiling;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Continuous;

namespace Huatuo.Agent.Runtime;

/// <summary>Profilers that tasks run in the agent.</summary>
/// <param name="tracing">Knows the kernel and its symbols.</param>
/// <param name="stored">The profiles that are taken all the time; null when none are.</param>
/// <param name="origin">Where documents come from.</param>
/// <param name="time">Time.</param>
internal sealed class ProfileHost(TracingHost tracing, StoredProfiling? stored, Origin origin, TimeProvider time) : IProfileHost
{
    private readonly KernelClock _clock = new();

    /// <inheritdoc/>
    public Task<IProfiler> StartAsync(ProfileOrder order) => tracing.StartProfileAsync(order);

    /// <inheritdoc/>
    public void Keep(Profile profile, string profiler, string task, Container? container, IEventSink sink)
    {
        var output = new DocumentOutput(ProfileDocuments.Name, ProfileDocuments.Type, origin, _clock, [sink]);
        new ProfileDocuments(output, _clock, time).Emit(profiler, container, profile, task);
        stored?.Keep(profile, profiler, task, container);
    }
}
