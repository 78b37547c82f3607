namespace Huatuo.Tracers.Memory.Oom;

/// <summary>The memory of one cgroup.</summary>
/// <param name="Reading">Usage and limit; null when neither the kernel nor a file told.</param>
/// <param name="Stat">Fields of <c>memory.stat</c> by their v2 names, bytes.</param>
/// <param name="Events">Fields of <c>memory.events</c> by their v2 names.</param>
internal sealed record CgroupMemoryState(MemoryReading? Reading, IReadOnlyList<NamedNumber> Stat, IReadOnlyList<NamedNumber> Events);
