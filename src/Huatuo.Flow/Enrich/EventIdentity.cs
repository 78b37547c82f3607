using Huatuo.Bpf.Abi;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Namespaces;

namespace Huatuo.Flow.Enrich;

/// <summary>Tells whose an event is, without ever blaming a task that was merely interrupted.</summary>
public sealed class EventIdentity
{
    private readonly CgroupNames _cgroups;
    private readonly NetnsIndex _netns;
    private readonly CgroupMounts _mounts;
    private readonly Dictionary<string, Cgroup> _ownerPaths = [];

    /// <param name="cgroups">Resolves kernfs ids.</param>
    /// <param name="netns">Owners of network namespaces, learned in the background.</param>
    /// <param name="mounts">
    /// Where the memory controller lives. A socket's cgroup is one of the default hierarchy: with memory on v1 it tells
    /// nothing.
    /// </param>
    public EventIdentity(CgroupResolver cgroups, NetnsIndex netns, CgroupMounts mounts)
        : this(new CgroupNames(cgroups.TryResolve), netns, mounts)
    {
    }

    internal EventIdentity(CgroupNames cgroups, NetnsIndex netns, CgroupMounts mounts)
    {
        _cgroups = cgroups;
        _netns = netns;
        _mounts = mounts;
    }

    /// <summary>Inode number of the host's network namespace; 0 when unknown.</summary>
    public uint HostNetns => _netns.HostInode;

    /// <summary>
    /// In task context the task's cgroup. Else the socket's; else that of the first process in the packet's network
    /// namespace, unless it is the host's, which everybody shares.
    /// </summary>
    /// <param name="header">The record's header.</param>
    /// <param name="socketCgroupId">The socket's cgroup, or 0.</param>
    public EventWho Resolve(in EventHeader header, ulong socketCgroupId)
    {
        if ((EventContext)header.Context == EventContext.Task)
            return new EventWho(header, _cgroups.Find(header.CgroupId));
        Cgroup? cgroup = _mounts.MemoryV1Path is null ? _cgroups.Find(socketCgroupId) : null;
        if (cgroup?.Container is null && header.NetnsInum != 0 && header.NetnsInum != _netns.HostInode && _netns.TryFind(header.NetnsInum, out NetnsOwner owner))
            cgroup = OfOwner(owner.CgroupPath);
        return new EventWho(header, cgroup);
    }

    /// <summary>A cgroup by its kernfs id; null when it was gone before anyone asked.</summary>
    /// <param name="cgroupId">The id, 0 for none.</param>
    public Cgroup? Find(ulong cgroupId) => _cgroups.Find(cgroupId) is { PathUtf8.Length: > 0 } known ? known : null;

    private Cgroup OfOwner(string path)
    {
        const int capacity = 8192;
        lock (_ownerPaths)
        {
            if (_ownerPaths.TryGetValue(path, out Cgroup? known))
                return known;
            if (_ownerPaths.Count == capacity)
                _ownerPaths.Clear();
            return _ownerPaths[path] = Cgroup.Of(path);
        }
    }
}
