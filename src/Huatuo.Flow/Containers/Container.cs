using System.Text;
using Huatuo.Flow.Documents;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Flow.Containers;

/// <summary>
/// One container from the making of its cgroup to its end. What is learned later than the cgroup (names, first process,
/// network namespace) appears on the same object; every property may be read from any thread. A container that is started
/// again under its old id is another object.
/// </summary>
public sealed class Container
{
    private readonly Lock _lock = new();
    private readonly ContainerNames?[] _told = new ContainerNames?[Enum.GetValues<NameSource>().Length];
    private volatile ContainerFields _fields;
    private volatile ContainerNames _names;
    private volatile ContainerInit? _init;
    private long _endedTicks;

    internal Container(ContainerPath path, DateTimeOffset? made = null)
    {
        Id = path.Id;
        CgroupPath = path.CgroupPath;
        Runtime = path.Runtime;
        Cgroup = new Cgroup(Encoding.UTF8.GetBytes(path.CgroupPath), this);
        IdUtf8 = Encoding.UTF8.GetBytes(path.Id);
        MadeAt = made;
        _told[(int)NameSource.Path] = _names = new ContainerNames { Qos = path.Qos, PodUid = path.PodUid };
        _fields = new ContainerFields(Id, _names);
    }

    /// <summary>Its 64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The same in UTF-8.</summary>
    public ReadOnlyMemory<byte> IdUtf8 { get; }

    /// <summary>The path of its own cgroup below the mount point of the hierarchy that events are told by; <see cref="IContainers.Folder"/>
    /// gives the folder of each controller.</summary>
    public string CgroupPath { get; }

    /// <summary>Its own cgroup.</summary>
    public Cgroup Cgroup { get; }

    /// <summary>The prefix in the cgroup's name, such as <c>docker</c> or <c>cri-containerd</c>; empty when it has none.</summary>
    public string Runtime { get; }

    /// <summary>What it is called, from all sources; changes while it lives.</summary>
    public ContainerNames Names => _names;

    /// <summary>Which sources have told something.</summary>
    public IReadOnlyList<NameSource> Sources
    {
        get
        {
            lock (_lock)
                return [.. Enum.GetValues<NameSource>().Where(source => _told[(int)source] is not null)];
        }
    }

    /// <summary>Its first process and network namespace; null while they are not known.</summary>
    public ContainerInit? Init => _init;

    /// <summary>When its cgroup was made, where that was seen; else when its first process began; null while neither is known.</summary>
    public DateTimeOffset? StartedAt => MadeAt ?? _init?.StartedAt;

    /// <summary>When its cgroup was removed; null while it lives.</summary>
    public DateTimeOffset? EndedAt => Interlocked.Read(ref _endedTicks) is not 0 and long ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Whether its cgroup still exists.</summary>
    public bool IsLive => Interlocked.Read(ref _endedTicks) == 0;

    internal DateTimeOffset? MadeAt { get; }

    /// <summary>A cgroup of its own in another place that was made while the first one was there; 0 for none.</summary>
    internal ulong MovesTo { get; set; }

    /// <summary>When it became known, in ticks of the clock of time.</summary>
    internal long Seen { get; init; }

    /// <summary>A source tells its names; what a better source told stays.</summary>
    /// <param name="source">Who tells.</param>
    /// <param name="names">All that it knows, in place of what it told before.</param>
    public void Tell(NameSource source, ContainerNames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        lock (_lock)
        {
            _told[(int)source] = names;
            _names = _told.OfType<ContainerNames>().Aggregate((known, next) => known.Over(next));
            _fields = new ContainerFields(Id, _names);
        }
    }

    /// <summary>
    /// Writes <c>container_id, container_name, container_hostname, container_host_namespace, container_type, container_qos,
    /// pod_name, pod_namespace, pod_uid, container_image, pod_labels{}</c> as far as known; allocates nothing.
    /// </summary>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct => _fields.Write(ref writer);

    internal void Begin(ContainerInit init) => _init = init;

    internal void End(DateTimeOffset at) => Interlocked.CompareExchange(ref _endedTicks, at.UtcTicks, 0);

    /// <summary>The names that it had in an earlier life or in another place under the same id.</summary>
    internal void Inherit(Container earlier, params ReadOnlySpan<NameSource> sources)
    {
        foreach (NameSource source in sources)
            if (earlier.Told(source) is { } names)
                Tell(source, names);
    }

    internal bool Has(NameSource source) => Told(source) is not null;

    private ContainerNames? Told(NameSource source)
    {
        lock (_lock)
            return _told[(int)source];
    }
}
