using Huatuo.Agent.Runtime;
using Huatuo.Flow.Tracing;

namespace Huatuo.Docs.Tests;

/// <summary>All tracers, those that wait for a condition included.</summary>
internal static class Catalog
{
    internal static IReadOnlyList<TracerDefinition> All { get; } = AllTracers.Create();
}
