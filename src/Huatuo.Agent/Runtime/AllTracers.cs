using Huatuo.AutoTracing;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.Agent.Runtime;

/// <summary>The tracers that look by themselves, and those that wait for a condition.</summary>
internal static class AllTracers
{
    /// <summary>Makes one of each.</summary>
    internal static IReadOnlyList<TracerDefinition> Create() => [.. TracerCatalog.All, .. AutoTracerCatalog.Create(TimeProvider.System)];
}
