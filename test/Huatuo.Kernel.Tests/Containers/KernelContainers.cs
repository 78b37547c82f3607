using Huatuo.Flow.Containers;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Kernel.Tests.Containers;

/// <summary>The registry of this host's containers as the agent keeps it.</summary>
internal sealed class KernelContainers : IAsyncDisposable
{
    private readonly CgroupResolver _resolver;

    private KernelContainers(bool watches, ContainerOptions options, bool resolves)
    {
        Mounts = CgroupMounts.Load();
        _resolver = new CgroupResolver(resolves ? Mounts : new CgroupMounts());
        Registry = new ContainerRegistry(_resolver, Mounts, options, TimeProvider.System, warning => throw new InvalidOperationException(warning));
        Tracking = new ContainerTracking(Registry, Mounts, TimeProvider.System, watches);
    }

    internal CgroupMounts Mounts { get; }

    internal ContainerRegistry Registry { get; }

    internal ContainerTracking Tracking { get; }

    /// <param name="watches">Whether the kernel is asked to tell.</param>
    /// <param name="options">How long ended ones are kept.</param>
    /// <param name="resolves">Whether unknown cgroups may be asked for by id; without, all must come from what the kernel tells or from reading.</param>
    internal static async Task<KernelContainers> StartAsync(bool watches = true, ContainerOptions? options = null, bool resolves = false)
    {
        var containers = new KernelContainers(watches, options ?? new ContainerOptions(), resolves);
        await containers.Tracking.Ready;
        if (watches && !containers.Tracking.IsWatching)
        {
            string note = containers.Tracking.Note;
            await containers.DisposeAsync();
            throw new InvalidOperationException(note);
        }
        return containers;
    }

    /// <summary>Waits until something is known.</summary>
    internal async Task<Container> WaitAsync(Func<ContainerRegistry, Container?> find, string what)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!guard.IsCancellationRequested)
        {
            if (find(Registry) is { } found)
                return found;
            await Task.Delay(20, CancellationToken.None);
        }
        throw new TimeoutException($"not within 60 s: {what}");
    }

    public async ValueTask DisposeAsync()
    {
        await Tracking.DisposeAsync();
        _resolver.Dispose();
    }
}
