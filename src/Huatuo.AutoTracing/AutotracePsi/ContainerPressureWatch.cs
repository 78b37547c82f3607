using System.Collections.Concurrent;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>Begins to listen to the kernel about containers.</summary>
/// <param name="services">Containers, counters.</param>
/// <param name="levels">Resources, and what is too much, in percent.</param>
/// <param name="told">Called for each container and resource that was over its level for a moment, by a thread of its own.</param>
/// <returns>Ends it; null when the kernel grants nothing such.</returns>
internal delegate IDisposable? ContainerPressureListening(TracerServices services, IReadOnlyList<(string Resource, double Percent)> levels, Action<Container, string> told);

/// <summary>A thread that waits for what the kernel tells of containers' pressure; triggers come and go with the containers.</summary>
internal sealed class ContainerPressureWatch : IContainerObserver, IDisposable
{
    /// <summary>How many files are open; containers that find no room are not watched.</summary>
    internal const int MostFiles = 1024;

    /// <summary>Triggers that are not there.</summary>
    internal static readonly CounterFamily Unwatched = new("huatuo_autotrace_psi_unwatched_total", "Containers' resources whose pressure is not watched, since there are too many (limit) or the kernel grants no trigger (refused).", "reason");

    private readonly TracerServices _services;
    private readonly (string Resource, double Percent)[] _levels;
    private readonly IPressurePoll _poll;
    private readonly ConcurrentDictionary<ulong, (Container Container, string Resource)> _owners = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<Container, List<ulong>> _keys = [];
    private readonly IDisposable _observation;
    private readonly Thread _thread;
    private bool _isOver;

    /// <param name="services">Containers, counters.</param>
    /// <param name="levels">Resources, and what is too much, in percent; 0 for never.</param>
    /// <param name="told">As <see cref="ContainerPressureListening"/> says.</param>
    /// <param name="poll">The kernel; disposed of with the watch.</param>
    internal ContainerPressureWatch(TracerServices services, IReadOnlyList<(string Resource, double Percent)> levels, Action<Container, string> told, IPressurePoll poll)
    {
        (_services, _poll) = (services, poll);
        _levels = [.. levels.Where(level => level.Percent > 0)];
        _thread = new Thread(() => Run(told)) { Name = "huatuo-pressures", IsBackground = true };
        _thread.Start();
        _observation = services.Containers.Observe(this);
    }

    /// <inheritdoc cref="ContainerPressureListening"/>
    internal static IDisposable? Start(TracerServices services, IReadOnlyList<(string Resource, double Percent)> levels, Action<Container, string> told) =>
        ContainerPressureFiles.Lacks(services.Roots.Proc) is null ? new ContainerPressureWatch(services, levels, told, new PressurePoll()) : null;

    /// <inheritdoc/>
    public void Appeared(Container container)
    {
        lock (_lock)
            if (!_isOver)
                _keys[container] = [.. Watch(container)];
    }

    /// <inheritdoc/>
    public void Ended(Container container)
    {
        lock (_lock)
        {
            if (_isOver || !_keys.Remove(container, out List<ulong>? keys))
                return;
            foreach (ulong key in keys)
            {
                _owners.TryRemove(key, out _);
                _poll.Remove(key);
            }
        }
    }

    /// <summary>Nothing is told any more when it returns.</summary>
    public void Dispose()
    {
        _observation.Dispose();
        // An observer may still be being told.
        lock (_lock)
            _isOver = true;
        _poll.Stop();
        _thread.Join();
        _poll.Dispose();
    }

    private IEnumerable<ulong> Watch(Container container)
    {
        foreach ((string resource, double percent) in _levels)
        {
            // Whoever ended meanwhile has no files any more.
            if (!container.IsLive || _services.Containers.Folder(container, "") is not { } folder)
                yield break;
            if (_owners.Count >= MostFiles)
                _services.Counters.Add(Unwatched, 1, "limit");
            else if (_poll.Add(Path.Combine(folder, resource + ".pressure"), percent) is { } key)
            {
                _owners[key] = (container, resource);
                yield return key;
            }
            else if (container.IsLive)
                _services.Counters.Add(Unwatched, 1, "refused");
        }
    }

    private void Run(Action<Container, string> told)
    {
        for (List<ulong> keys = []; _poll.Wait(keys); keys.Clear())
            foreach (ulong key in keys)
                if (_owners.TryGetValue(key, out (Container Container, string Resource) owner))
                    told(owner.Container, owner.Resource);
    }
}
