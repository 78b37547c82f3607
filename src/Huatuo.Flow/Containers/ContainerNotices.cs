namespace Huatuo.Flow.Containers;

/// <summary>Tells observers which containers appeared and ended since they were told last.</summary>
/// <param name="warn">Told of an observer that throws; it is told on.</param>
internal sealed class ContainerNotices(Action<string> warn)
{
    private readonly Lock _lock = new();
    private readonly List<Observation> _observations = [];

    private void Warn(string message) => warn(message);

    internal IDisposable Add(IContainerObserver observer)
    {
        var observation = new Observation(this, observer);
        lock (_lock)
            _observations.Add(observation);
        return observation;
    }

    /// <summary>Called by one thread at a time.</summary>
    internal void Tell(IReadOnlyList<Container> live)
    {
        Observation[] observations;
        lock (_lock)
            observations = [.. _observations];
        foreach (Observation observation in observations)
            observation.Tell(live);
    }

    private sealed class Observation(ContainerNotices notices, IContainerObserver observer) : IDisposable
    {
        private HashSet<Container> _told = [];
        private IReadOnlyList<Container> _last = [];

        internal void Tell(IReadOnlyList<Container> live)
        {
            if (live == _last)
                return;
            _last = live;
            HashSet<Container> now = [.. live];
            foreach (Container container in _told)
                if (!now.Contains(container))
                    Tell(observer.Ended, container);
            foreach (Container container in now)
                if (!_told.Contains(container))
                    Tell(observer.Appeared, container);
            _told = now;
        }

        private void Tell(Action<Container> what, Container container)
        {
            try
            {
                what(container);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                notices.Warn($"{observer.GetType().Name} fails for container {container.Id}: {fault.Message}");
            }
        }

        public void Dispose()
        {
            lock (notices._lock)
                notices._observations.Remove(this);
        }
    }
}
