using Huatuo.Profiling.Io;
using Huatuo.Profiling.Lock;
using Huatuo.Profiling.Memory;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.Profiling.Catalog;

/// <summary>All profilers.</summary>
internal static class ProfilerCatalog
{
    /// <summary>Them, in the order of pages.</summary>
    internal static IReadOnlyList<ProfilerDefinition> All { get; } =
        [OnCpuProfiler.Definition, OffCpuProfiler.Definition, MemoryProfiler.Definition, IoProfiler.Definition, LockProfiler.Definition];

    /// <summary>The one of a name or an alias; null when there is none.</summary>
    internal static ProfilerDefinition? Find(string name) => All.FirstOrDefault(profiler => profiler.Name == name || profiler.Aliases.Contains(name));
}
