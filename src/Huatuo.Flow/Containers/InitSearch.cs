namespace Huatuo.Flow.Containers;

/// <summary>Looks for the first processes of containers whose start the kernel did not report, a few times and then seldom.</summary>
internal sealed class InitSearch(ContainerRegistry registry, ContainerProcesses processes, TimeProvider time)
{
    // A runtime's own process is in the cgroup first; a second later it is the container's.
    private static readonly TimeSpan[] s_waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)];
    private Dictionary<Container, Search> _searches = [];
    private IReadOnlyList<Container> _live = [];

    /// <summary>Looks at those that are due. Called by one thread at a time.</summary>
    internal void Run()
    {
        long now = time.GetTimestamp();
        IReadOnlyList<Container> live = registry.Live;
        if (live != _live)
        {
            _searches = live.ToDictionary(container => container, container => _searches.GetValueOrDefault(container) ?? new Search { Due = now });
            _live = live;
        }
        foreach ((Container container, Search search) in _searches)
        {
            if (now < search.Due)
                continue;
            Look(container);
            search.Due = now + (long)(s_waits[Math.Min(search.Tries++, s_waits.Length - 1)].TotalSeconds * time.TimestampFrequency);
        }
    }

    private void Look(Container container)
    {
        if (container.Init is { } known && processes.IsCurrent(known))
            return;
        if (registry.Folder(container, "memory") is { } folder && processes.Find(folder) is { } found && container.IsLive)
            registry.Began(container, found);
    }

    private sealed class Search
    {
        internal int Tries { get; set; }

        internal long Due { get; set; }
    }
}
