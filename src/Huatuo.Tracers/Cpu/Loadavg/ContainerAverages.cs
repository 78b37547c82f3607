using Huatuo.Flow.Containers;

namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>
/// Load averages of each live container, from how many of its tasks count for the load every five seconds. They begin at zero
/// with the first look at the container. Where looks are missing, nothing is known, and they fall. One caller at a time.
/// </summary>
/// <param name="containers">The containers.</param>
/// <param name="count">How many tasks of each there are now; null when the kernel does not tell.</param>
/// <param name="time">Tells how long ago the last look was. It stands still while the machine is suspended, as the tasks do.</param>
internal sealed class ContainerAverages(IContainers containers, Func<IReadOnlyDictionary<Container, TaskCounts>?> count, TimeProvider time)
{
    /// <summary>From one look to the next, as the kernel's LOAD_FREQ.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Container, LoadAverages> _averages = [];
    private long _last = time.GetTimestamp();

    /// <summary>Looks, unless the last look was just now: a timer that was late fires again too soon.</summary>
    internal void Look()
    {
        long now = time.GetTimestamp();
        double periods = Math.Round(time.GetElapsedTime(_last, now) / Period);
        if (periods < 1)
            return;
        foreach (Container known in _averages.Keys)
            if (!known.IsLive)
                _averages.Remove(known);
        IReadOnlyList<Container> live = containers.Live;
        IReadOnlyDictionary<Container, TaskCounts>? counts = null;
        if (live.Count > 0 && (counts = count()) is null)
            return;
        _last = now;
        for (int i = 0; i < live.Count; i++)
        {
            if (!_averages.TryGetValue(live[i], out LoadAverages? averages))
                _averages[live[i]] = averages = new LoadAverages(Period);
            TaskCounts tasks = counts!.GetValueOrDefault(live[i]);
            averages.Add(tasks.Runnable + tasks.Uninterruptible, (ulong)periods - 1);
        }
    }

    /// <summary>Those of a container.</summary>
    /// <returns>Null before the first look at it.</returns>
    internal LoadAverages? Of(Container container) => _averages.GetValueOrDefault(container);
}

/// <summary>How many threads of a container count for the load.</summary>
/// <param name="Runnable">On a CPU or waiting for one.</param>
/// <param name="Uninterruptible">Waiting uninterruptibly.</param>
internal readonly record struct TaskCounts(ulong Runnable, ulong Uninterruptible);

/// <summary>The three that the kernel has for the machine.</summary>
/// <param name="interval">Time between two values.</param>
internal sealed class LoadAverages(TimeSpan interval)
{
    /// <summary>Over a minute.</summary>
    internal FixedPointLoad One { get; } = new(interval, TimeSpan.FromMinutes(1));

    /// <summary>Over 5 minutes.</summary>
    internal FixedPointLoad Five { get; } = new(interval, TimeSpan.FromMinutes(5));

    /// <summary>Over 15 minutes.</summary>
    internal FixedPointLoad Fifteen { get; } = new(interval, TimeSpan.FromMinutes(15));

    /// <summary>Takes the next value, after so many that were missed.</summary>
    internal void Add(ulong tasks, ulong missed)
    {
        foreach (FixedPointLoad load in (ReadOnlySpan<FixedPointLoad>)[One, Five, Fifteen])
        {
            load.Decay(missed);
            load.Add(tasks);
        }
    }
}
