namespace Huatuo.Profiling;

/// <summary>What is profiled; a field that is not set does not restrict.</summary>
internal sealed record ProfileTarget
{
    /// <summary>A process, by its number in the first PID namespace.</summary>
    internal uint Tgid { get; init; }

    /// <summary>A thread, alike.</summary>
    internal uint Tid { get; init; }

    /// <summary>The kernfs id of a cgroup of the hierarchy that events are told by, with all below it.</summary>
    internal ulong CgroupId { get; init; }

    /// <summary>CPUs; null for all.</summary>
    internal IReadOnlyList<int>? Cpus { get; init; }
}
