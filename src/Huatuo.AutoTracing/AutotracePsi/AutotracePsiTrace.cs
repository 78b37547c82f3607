using System.Collections.Concurrent;
using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;
using Huatuo.Profiling.OffCpu;
using Huatuo.Tracers.Scheduling.Hungtask;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>One run of <c>autotrace_psi</c>.</summary>
internal sealed class AutotracePsiTrace(AutotracePsiOptions options, TracerServices services, IFlameSource flames, PressureListening listening, ContainerPressureListening containers) : IAutoTrace<AutotracePsiTrigger, AutotracePsiEvent>
{
    private const int MostProcesses = 10;
    private readonly Resource[] _resources = [.. new[] { ("cpu", options.CpuLevel), ("memory", options.MemoryLevel), ("io", options.IoLevel) }
        .Select(one => new Resource(one.Item1, new PressureShares(one.Item1, services), new RecentHistory(options, one.Item2), one.Item2))];
    private readonly ConcurrentQueue<(string Resource, Container? Container)> _told = new();
    private readonly Dictionary<(Container Container, string Resource), PressureEpisode> _episodes = [];

    public void Look(List<Held<AutotracePsiTrigger>> held)
    {
        ForgetEnded();
        foreach (Resource resource in _resources)
        {
            if (resource.Shares.Look() is not { } percent)
                resource.History.Forget();
            else if (resource.History.Add(percent) is { } unusual)
                held.Add(new Held<AutotracePsiTrigger>(resource.Name, null, unusual.Value / Math.Max(unusual.Level, 1), new AutotracePsiTrigger(resource.Name, unusual)) { Taken = resource.History.Take });
        }
    }

    public IDisposable? Listen(Action wake)
    {
        IReadOnlyList<(string, double)> levels = [.. _resources.Select(resource => (resource.Name, resource.Level))];
        IDisposable? machine = listening(services.Roots.Proc, levels, resource => Tell(resource, null));
        IDisposable? those = options.Containers ? containers(services, levels, (container, resource) => Tell(resource, container)) : null;
        return machine is null ? those : those is null ? machine : new Both(machine, those);

        void Tell(string resource, Container? container)
        {
            _told.Enqueue((resource, container));
            wake();
        }
    }

    public void Woken(List<Held<AutotracePsiTrigger>> held)
    {
        while (_told.TryDequeue(out (string Resource, Container? Container) told))
        {
            Resource resource = Array.Find(_resources, resource => resource.Name == told.Resource)!;
            if (told.Container is { } container)
                Add(held, resource, container);
            else if (resource.History.Moment() is { } unusual)
                held.Add(new Held<AutotracePsiTrigger>(resource.Name, null, 1, new AutotracePsiTrigger(resource.Name, unusual)) { Taken = resource.History.Take });
        }
    }

    public AutotracePsiTrigger AtOnce(AutotracePsiTrigger trigger)
    {
        HashSet<int>? processes = trigger.Container is { } container ? services.Containers.Folder(container, "") is { } folder ? [.. CgroupProcesses.Of(folder)] : [] : null;
        return trigger with
        {
            Stacks = new BlockedTasks(services.Roots.Proc).Stacks(processes, isOnly: processes is not null),
            Largest = TopMemory.Of(services.Roots.Proc, MostProcesses, processes),
        };
    }

    public async Task<Captured<AutotracePsiEvent>> CaptureAsync(AutotracePsiTrigger trigger, CancellationToken stop)
    {
        if (trigger.Container is { } container)
            return await CaptureAsync(trigger, container, stop).ConfigureAwait(false);
        FlameData flame = await flames.TakeAsync(new ProfileTarget(), options.CaptureTime, services, stop).ConfigureAwait(false);
        return new Captured<AutotracePsiEvent>(new AutotracePsiEvent(trigger, flame, null, trigger.Stacks, trigger.Largest), flame.Error is null);
    }

    private async Task<Captured<AutotracePsiEvent>> CaptureAsync(AutotracePsiTrigger trigger, Container container, CancellationToken stop)
    {
        if (ContainerCgroup.Find(container, services.Roots.Proc, stop) is not { } id)
        {
            var none = new FlameData { Error = stop.IsCancellationRequested ? ProfilerFlames.Stopped : "the container's cgroup is gone" };
            return new Captured<AutotracePsiEvent>(new AutotracePsiEvent(trigger, none, none, trigger.Stacks, trigger.Largest), IsWhole: false);
        }
        var target = new ProfileTarget { CgroupId = id };
        FlameData[] both = await Task.WhenAll(
            flames.TakeAsync(target, options.CaptureTime, services, stop),
            flames.TakeAsync(OffCpuProfiler.Definition, target, options.CaptureTime, services, stop, ProfileUnit.Nanoseconds)).ConfigureAwait(false);
        return new Captured<AutotracePsiEvent>(new AutotracePsiEvent(trigger, both[0], both[1], trigger.Stacks, trigger.Largest), Array.TrueForAll(both, flame => flame.Error is null));
    }

    private void Add(List<Held<AutotracePsiTrigger>> held, Resource resource, Container container)
    {
        if (!container.IsLive)
            return;
        if (!_episodes.TryGetValue((container, resource.Name), out PressureEpisode? episode))
            _episodes[(container, resource.Name)] = episode = new PressureEpisode(services.Time);
        if (!episode.Tell())
            return;
        var unusual = new Unusual("moment", resource.Level, PressureAverage.OfFiveMinutes(services.Containers.Folder(container, ""), resource.Name), resource.Level);
        held.Add(new Held<AutotracePsiTrigger>(container.Id, container, 1, new AutotracePsiTrigger(resource.Name, unusual, container)) { Taken = episode.Take });
    }

    private void ForgetEnded()
    {
        foreach ((Container Container, string Resource) gone in _episodes.Keys.Where(key => !key.Container.IsLive).ToArray())
            _episodes.Remove(gone);
    }

    private sealed class Both(IDisposable one, IDisposable other) : IDisposable
    {
        public void Dispose()
        {
            one.Dispose();
            other.Dispose();
        }
    }

    private sealed record Resource(string Name, PressureShares Shares, RecentHistory History, double Level);
}

/// <summary>What was seen of a resource, in percent.</summary>
/// <param name="Resource">It.</param>
/// <param name="Pressure">Share of time in which tasks waited for it.</param>
/// <param name="Container">Whose tasks; null for the machine's.</param>
internal sealed record AutotracePsiTrigger(string Resource, Unusual Pressure, Container? Container = null)
{
    /// <summary>The stacks of tasks that waited uninterruptibly.</summary>
    internal byte[] Stacks { get; init; } = [];

    /// <summary>The largest processes.</summary>
    internal IReadOnlyList<ProcessMemory> Largest { get; init; } = [];
}
