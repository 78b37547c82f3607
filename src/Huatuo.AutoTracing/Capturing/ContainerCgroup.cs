using Huatuo.Flow.Containers;
using Huatuo.Linux.Cgroups;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>The number that the kernel knows a container's cgroup by.</summary>
internal static class ContainerCgroup
{
    /// <summary>Its kernfs id; null when it is gone.</summary>
    /// <param name="container">The container.</param>
    /// <param name="procRoot">Where to read what is mounted.</param>
    /// <param name="stop">Ends the search.</param>
    internal static ulong? Find(Container container, string procRoot, CancellationToken stop)
    {
        ulong? id = null;
        if (CgroupMounts.Load(procRoot).IdentityPath is { } mount)
            CgroupTree.TryRead(mount, (cgroup, path) => id = path == container.CgroupPath ? cgroup : id, stop);
        return id;
    }
}
