using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Flow.Containers;

/// <summary>
/// All cgroups of the hierarchy that events are told by, with their containers. Lookups take no lock unless a cgroup or
/// the cookie of a network namespace is unknown; then it reads what the kernel reported meanwhile, a bounded amount, and asks the kernel for the id.
/// Thread-safe.
/// </summary>
public sealed class ContainerRegistry : IContainers
{
    /// <summary>Cgroups that are kept at most while they exist.</summary>
    internal const int MaxCgroups = 65536;

    private readonly Lock _lock = new();
    private readonly Resolve _resolve;
    private readonly CgroupMounts _mounts;
    private readonly TimeProvider _time;
    private readonly CgroupMap _cgroups;
    private readonly ConcurrentDictionary<string, Container> _byId = new();
    private readonly ConcurrentDictionary<ulong, Container> _byCookie = new();
    private readonly NetnsTenures _byNetns = new();
    private readonly ContainerNotices _notices;
    private IReadOnlyList<Container>? _live;
    private volatile Action _catchUp = () => { };

    /// <summary>Finds the path of a cgroup by its kernfs id.</summary>
    internal delegate bool Resolve(ulong id, [NotNullWhen(true)] out string? path);

    /// <param name="cgroups">Asks the kernel for cgroups that were not heard of.</param>
    /// <param name="mounts">Where the hierarchies are.</param>
    /// <param name="options">How long what ended is kept.</param>
    /// <param name="time">Time.</param>
    /// <param name="warn">Told of observers that fail, and of other faults in the background.</param>
    public ContainerRegistry(CgroupResolver cgroups, CgroupMounts mounts, ContainerOptions options, TimeProvider time, Action<string> warn)
        : this(cgroups.TryResolve, mounts, options, time, warn)
    {
    }

    internal ContainerRegistry(Resolve resolve, CgroupMounts? mounts = null, ContainerOptions? options = null, TimeProvider? time = null, Action<string>? warn = null)
    {
        Warn = warn ?? (_ => { });
        _notices = new ContainerNotices(Warn);
        options ??= new ContainerOptions();
        _time = time ?? TimeProvider.System;
        _resolve = resolve;
        _mounts = mounts ?? new CgroupMounts();
        _cgroups = new CgroupMap(MaxCgroups, options.MaxEnded, options.KeepEnded, _time);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Container> Live
    {
        get
        {
            if (Volatile.Read(ref _live) is { } known)
                return known;
            lock (_lock)
                return _live ??= [.. _byId.Values.Where(container => container.IsLive)];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Container> Known => [.. _byId.Values];

    /// <summary>Called after a container appeared or ended, on the thread that learned of it: it must only wake up another.</summary>
    internal Action Changed { get; set; } = () => { };

    /// <summary>Told of what goes wrong in the background.</summary>
    internal Action<string> Warn { get; }

    /// <summary>Cgroups that exist, removed ones that are kept, and those that found no room.</summary>
    public (int Live, int Ended, long Refused) Counts
    {
        get
        {
            lock (_lock)
                return (_cgroups.Live, _cgroups.Ended, _cgroups.Refused);
        }
    }

    /// <inheritdoc/>
    public Container? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The hierarchies that <see cref="Folder"/> may be asked for: the controllers on v1, and <c>unified</c>.</summary>
    public IEnumerable<string> Hierarchies => _mounts.V1Paths.Keys.Order(StringComparer.Ordinal).Append("unified");

    /// <inheritdoc/>
    public string? Folder(Container container, string controller)
    {
        ArgumentNullException.ThrowIfNull(container);
        string? mount = _mounts.V1Paths.GetValueOrDefault(controller) ?? _mounts.UnifiedPath;
        return mount is null ? null : mount.TrimEnd('/') + container.CgroupPath;
    }

    /// <inheritdoc/>
    public IDisposable Observe(IContainerObserver observer)
    {
        IDisposable observation = _notices.Add(observer);
        Changed();
        return observation;
    }

    /// <summary>A cgroup by its kernfs id.</summary>
    /// <param name="id">The id, 0 for none.</param>
    /// <returns>Null for none; one without a path when it was gone before anyone saw it.</returns>
    public Cgroup? Find(ulong id)
    {
        if (id == 0)
            return null;
        if (_cgroups.Find(id) is { } known)
            return known;
        _catchUp();
        return _cgroups.Find(id) ?? Ask(id);
    }

    /// <summary>A cgroup that was heard of.</summary>
    internal Cgroup? Heard(ulong id) => _cgroups.Find(id);

    /// <summary>A cgroup by its path, for who has no id.</summary>
    /// <param name="path">Below the hierarchy's mount point.</param>
    public Cgroup FindPath(string path)
    {
        Container? known = ContainerPath.TryParse(path, out ContainerPath? parsed) ? Find(parsed.Id) : null;
        return known is null ? Cgroup.Of(path) : new Cgroup(Encoding.UTF8.GetBytes(path), known);
    }

    /// <summary>The container that a network namespace was made for; of a pod's the first one, as a rule its sandbox.</summary>
    /// <param name="cookie">The namespace's cookie, or 0.</param>
    /// <param name="inode">Its inode number, which the kernel uses again.</param>
    /// <param name="monotonicNs">When it is asked about, by the kernel's monotonic clock: without cookies the number tells whose it was then.</param>
    public Container? FindNetns(ulong cookie, uint inode, ulong monotonicNs)
    {
        if (OfCookie(cookie) is { } known)
            return known;
        _catchUp();
        return OfCookie(cookie) ?? _byNetns.Find(inode, monotonicNs, isOnlyKey: cookie == 0);
    }

    /// <summary>Reads what the kernel has reported, when a cgroup is unknown.</summary>
    internal void CatchUpBy(Action catchUp) => _catchUp = catchUp;

    /// <summary>A cgroup exists.</summary>
    /// <param name="id">Its kernfs id.</param>
    /// <param name="path">Its path.</param>
    /// <param name="made">When it was made; null when it was found.</param>
    internal Cgroup Exists(ulong id, string path, DateTimeOffset? made = null)
    {
        bool appeared = false;
        Cgroup cgroup;
        lock (_lock)
        {
            if (_cgroups.Find(id) is { PathUtf8.Length: > 0 } known)
            {
                if (!known.IsEnded)
                    known.Seen = _time.GetTimestamp();
                return known;
            }
            if (!_cgroups.HasRoom())
                return FindPath(path);
            cgroup = Make(path, made, ref appeared);
            _cgroups.Add(id, cgroup);
            if (cgroup.Container is { IsLive: true } container && !IsOwn(cgroup) && ContainerPath.TryParse(path, out ContainerPath? parsed) && parsed.CgroupPath == path)
                container.MovesTo = id;
        }
        if (appeared)
            Changed();
        return cgroup;
    }

    /// <summary>A cgroup was removed.</summary>
    /// <param name="id">Its kernfs id.</param>
    /// <param name="path">Its path.</param>
    /// <param name="monotonicNs">When, by the kernel's monotonic clock; 0 where that is not known.</param>
    internal void Removed(ulong id, string path, ulong monotonicNs = 0)
    {
        bool changed = false;
        lock (_lock)
            End(id, _cgroups.Find(id) is { PathUtf8.Length: > 0 } known ? known : Make(path, null, ref changed), monotonicNs);
        Changed();
    }

    /// <summary>A container's first process began its program, or was found.</summary>
    /// <param name="container">The container.</param>
    /// <param name="init">The process.</param>
    /// <param name="monotonicNs">When it was seen to begin, by the kernel's monotonic clock; 0 when it was found.</param>
    internal void Began(Container container, ContainerInit init, ulong monotonicNs = 0)
    {
        lock (_lock)
        {
            Forget(container);
            container.Begin(init);
            if (init.NetnsCookie != 0)
                Own(_byCookie, init.NetnsCookie, container);
            if (init.NetnsInode != 0 && container.IsLive)
                _byNetns.Begin(init.NetnsInode, container, monotonicNs);
        }
    }

    /// <summary>A container's first process ends, and with it what keeps its network namespace's number from being used again.</summary>
    internal void InitEnded(Container container, int pid, ulong monotonicNs)
    {
        lock (_lock)
            if (container.Init is { } init && init.Pid == pid)
                _byNetns.End(init, container, monotonicNs);
    }

    /// <summary>Compares with a complete reading of the file system.</summary>
    /// <param name="present">The ids that were found.</param>
    /// <param name="began">When the reading began.</param>
    internal void Reconcile(IReadOnlySet<ulong> present, long began)
    {
        lock (_lock)
        {
            foreach ((ulong id, Cgroup cgroup) in _cgroups.Missing(present, began))
                End(id, cgroup);
            // Known by a cgroup within it alone, which is gone as well.
            HashSet<Container> held = [.. _cgroups.Containers()];
            foreach (Container container in _byId.Values)
                if (container.IsLive && container.Seen < began && !held.Contains(container))
                    Drop(container);
        }
        Changed();
    }

    /// <summary>Forgets what ended long ago.</summary>
    internal void Expire()
    {
        lock (_lock)
            _cgroups.Expire(Forget);
    }

    /// <summary>Tells observers what changed since the last time.</summary>
    internal void Notify() => _notices.Tell(Live);

    private Container? OfCookie(ulong cookie) => cookie != 0 ? _byCookie.GetValueOrDefault(cookie) : null;

    private Cgroup Ask(ulong id)
    {
        if (_resolve(id, out string? path))
            return Exists(id, path);
        lock (_lock)
        {
            if (_cgroups.Find(id) is { } known)
                return known;
            var gone = new Cgroup(ReadOnlyMemory<byte>.Empty, null);
            _cgroups.End(id, gone);
            _cgroups.Expire(Forget);
            return gone;
        }
    }

    private Cgroup Make(string path, DateTimeOffset? made, ref bool appeared)
    {
        Container? container = null;
        if (ContainerPath.TryParse(path, out ContainerPath? parsed))
        {
            container = _byId.GetValueOrDefault(parsed.Id);
            // Its own cgroup anew: it was started again.
            if (container is null || (!container.IsLive && parsed.CgroupPath == path))
            {
                var next = new Container(parsed, made) { Seen = _time.GetTimestamp() };
                if (container is not null)
                    next.Inherit(container, NameSource.Kubelet, NameSource.Runtime);
                _byId[parsed.Id] = container = next;
                _live = null;
                appeared = true;
            }
        }
        return container?.CgroupPath == path ? container.Cgroup : new Cgroup(Encoding.UTF8.GetBytes(path), container);
    }

    private void End(ulong id, Cgroup cgroup, ulong monotonicNs = 0)
    {
        if (cgroup.IsEnded)
            return;
        _cgroups.End(id, cgroup);
        if (IsOwn(cgroup))
        {
            Container container = cgroup.Container!;
            container.End(_time.GetUtcNow());
            if (container.Init is { } init)
                _byNetns.End(init, container, monotonicNs);
            _live = null;
            if (container.MovesTo != 0 && _cgroups.Find(container.MovesTo) is { IsEnded: false } there)
                Move(container, there, monotonicNs);
        }
        _cgroups.Expire(Forget);
    }

    // Its processes were moved before their cgroup was removed, as systemd and some runtimes do: it lives on there.
    private void Move(Container container, Cgroup there, ulong monotonicNs)
    {
        bool appeared = false;
        Cgroup own = Make(Encoding.UTF8.GetString(there.PathUtf8.Span), container.StartedAt, ref appeared);
        own.Container!.Inherit(container, NameSource.Kernel);
        _cgroups.Replace(container.MovesTo, own);
        if (container.Init is { } init)
            Began(own.Container, init, monotonicNs);
    }

    private void Forget(Cgroup cgroup)
    {
        if (!IsOwn(cgroup))
            return;
        Forget(cgroup.Container!);
        _byId.TryRemove(new KeyValuePair<string, Container>(cgroup.Container!.Id, cgroup.Container));
    }

    private void Drop(Container container)
    {
        container.End(_time.GetUtcNow());
        Forget(container);
        _byId.TryRemove(new KeyValuePair<string, Container>(container.Id, container));
        _live = null;
    }

    private void Forget(Container container)
    {
        if (container.Init is not { } init)
            return;
        _byNetns.Forget(init.NetnsInode, container);
        _byCookie.TryRemove(new KeyValuePair<ulong, Container>(init.NetnsCookie, container));
    }

    private static void Own(ConcurrentDictionary<ulong, Container> owners, ulong key, Container container)
    {
        if (!owners.TryGetValue(key, out Container? owner) || !owner.IsLive)
            owners[key] = container;
    }

    private static bool IsOwn(Cgroup cgroup) => cgroup.Container?.Cgroup == cgroup;
}
