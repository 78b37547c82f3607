using Huatuo.Bpf.Abi;
using Huatuo.Flow.Containers;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Namespaces;

namespace Huatuo.Flow.Enrich;

/// <summary>Tells whose an event is, without ever blaming a task that was merely interrupted.</summary>
public sealed class EventIdentity
{
    private readonly ContainerRegistry _containers;
    private readonly NetnsIndex _netns;
    private readonly CgroupMounts _mounts;
    private readonly Dictionary<string, Cgroup> _ownerPaths = [];

    /// <param name="containers">Cgroups and containers.</param>
    /// <param name="netns">Owners of network namespaces, learned in the background.</param>
    /// <param name="mounts">
    /// Where the memory controller lives. A socket's cgroup is one of the default hierarchy: with memory on v1 it tells
    /// nothing.
    /// </param>
    public EventIdentity(ContainerRegistry containers, NetnsIndex netns, CgroupMounts mounts)
    {
        _containers = containers;
        _netns = netns;
        _mounts = mounts;
    }

    /// <summary>Inode number of the host's network namespace; 0 when unknown.</summary>
    public uint HostNetns => _netns.HostInode;

    /// <summary>
    /// In task context the task's cgroup. Else the socket's; else that of the container that the packet's network namespace
    /// was made for, or of the first process in it, unless it is the host's, which everybody shares.
    /// </summary>
    /// <param name="header">The record's header.</param>
    /// <param name="socketCgroupId">The socket's cgroup, or 0.</param>
    public EventWho Resolve(in EventHeader header, ulong socketCgroupId)
    {
        if ((EventContext)header.Context == EventContext.Task)
            return new EventWho(header, _containers.Find(header.CgroupId));
        Cgroup? cgroup = _mounts.MemoryV1Path is null ? _containers.Find(socketCgroupId) : null;
        if (cgroup?.Container is null && header.NetnsInum != 0 && header.NetnsInum != _netns.HostInode)
        {
            if (_containers.FindNetns(header.NetnsCookie, header.NetnsInum, header.MonotonicNs) is { } container)
                cgroup = container.Cgroup;
            // A container that has ended has the number no more: another has, of which nothing is known yet.
            else if (_netns.TryFind(header.NetnsInum, out NetnsOwner owner) && OfOwner(owner.CgroupPath) is { Container: null or { IsLive: true } } found)
                cgroup = found;
        }
        return new EventWho(header, cgroup);
    }

    /// <summary>A cgroup by its kernfs id; null when it was gone before anyone asked.</summary>
    /// <param name="cgroupId">The id, 0 for none.</param>
    public Cgroup? Find(ulong cgroupId) => _containers.Find(cgroupId) is { PathUtf8.Length: > 0 } known ? known : null;

    /// <summary>A cgroup by its path, for who has no id.</summary>
    /// <param name="path">Below the hierarchy's mount point, or as much of it as is known.</param>
    public Cgroup FindPath(string path) => _containers.FindPath(path);

    private Cgroup OfOwner(string path)
    {
        const int capacity = 8192;
        lock (_ownerPaths)
        {
            if (_ownerPaths.TryGetValue(path, out Cgroup? known) && (known.Container is not { } container || (_containers.Find(container.Id) ?? container) == container))
                return known;
            if (_ownerPaths.Count == capacity)
                _ownerPaths.Clear();
            return _ownerPaths[path] = _containers.FindPath(path);
        }
    }
}
