namespace Huatuo.Flow.Containers;

/// <summary>The containers of this host, for those who keep something for each: metrics, profiles.</summary>
/// <remarks>
/// Either look when you are asked, as at a scrape: take <see cref="Live"/>, which costs nothing, and keep what you need of
/// each in a <see cref="System.Runtime.CompilerServices.ConditionalWeakTable{TKey, TValue}"/> or a dictionary by object,
/// thrown away with it. Or hear of it: <see cref="Observe"/> tells appearance and end, to open files or fill maps once.
/// Files of a cgroup are in <see cref="Folder"/>; <c>/proc/PID/net/*</c> of its network namespace by
/// <see cref="Container.Init"/>, which is null at first and whose process may be gone at any time: then leave the container
/// out of this round. Containers that share a network namespace (a pod's) have the same <see cref="ContainerInit.NetnsInode"/>;
/// one in the host's has the host's.
/// </remarks>
public interface IContainers
{
    /// <summary>The containers whose cgroup exists, in no order; an immutable snapshot.</summary>
    IReadOnlyList<Container> Live { get; }

    /// <summary>The live ones and those that ended a short while ago.</summary>
    IReadOnlyList<Container> Known { get; }

    /// <summary>A container by its id; an ended one for as long as it is kept.</summary>
    /// <param name="id">The 64 digits.</param>
    /// <returns>Null when it is not known.</returns>
    Container? Find(string id);

    /// <summary>The folder of a container's cgroup for a controller: its v1 hierarchy where it has one, else the unified one.</summary>
    /// <param name="container">The container.</param>
    /// <param name="controller">Such as <c>cpu</c>, <c>cpuacct</c>, <c>memory</c>, <c>blkio</c> (<c>io</c> is the unified one).</param>
    /// <returns>Null when no such hierarchy is mounted. The folder may be gone.</returns>
    string? Folder(Container container, string controller);

    /// <summary>Tells an observer of the containers there are, and of each that appears or ends, until disposed of.</summary>
    /// <param name="observer">Called on a pool thread, one call at a time.</param>
    IDisposable Observe(IContainerObserver observer);
}
