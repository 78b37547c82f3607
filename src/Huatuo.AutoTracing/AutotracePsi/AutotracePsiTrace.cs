using System.Collections.Concurrent;
using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;
using Huatuo.Tracers.Scheduling.Hungtask;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>One run of <c>autotrace_psi</c>.</summary>
internal sealed class AutotracePsiTrace(AutotracePsiOptions options, TracerServices services, IFlameSource flames, PressureListening listening) : IAutoTrace<AutotracePsiTrigger, AutotracePsiEvent>
{
    private const int MostProcesses = 10;
    private readonly Resource[] _resources = [.. new[] { ("cpu", options.CpuLevel), ("memory", options.MemoryLevel), ("io", options.IoLevel) }
        .Select(one => new Resource(one.Item1, new PressureShares(one.Item1, services), new RecentHistory(options, one.Item2), one.Item2))];
    private readonly ConcurrentQueue<string> _told = new();

    public void Look(List<Held<AutotracePsiTrigger>> held)
    {
        foreach (Resource resource in _resources)
        {
            if (resource.Shares.Look() is not { } percent)
                resource.History.Forget();
            else if (resource.History.Add(percent) is { } unusual)
                held.Add(new Held<AutotracePsiTrigger>(resource.Name, null, unusual.Value / Math.Max(unusual.Level, 1), new AutotracePsiTrigger(resource.Name, unusual)));
        }
    }

    public IDisposable? Listen(Action wake) => listening(services.Roots.Proc, _resources.Select(resource => (resource.Name, resource.Level)), resource =>
    {
        _told.Enqueue(resource);
        wake();
    });

    public void Woken(List<Held<AutotracePsiTrigger>> held)
    {
        while (_told.TryDequeue(out string? name))
            if (Array.Find(_resources, resource => resource.Name == name)?.History.Moment() is { } unusual)
                held.Add(new Held<AutotracePsiTrigger>(name, null, 1, new AutotracePsiTrigger(name, unusual)));
    }

    public async Task<Captured<AutotracePsiEvent>> CaptureAsync(AutotracePsiTrigger trigger, CancellationToken stop)
    {
        // Who waits now may have gone on when the flame graph is there.
        byte[] stacks = new BlockedTasks(services.Roots.Proc).Stacks();
        IReadOnlyList<ProcessMemory> top = TopMemory.Of(services.Roots.Proc, MostProcesses);
        FlameData flame = await flames.TakeAsync(new ProfileTarget(), options.CaptureTime, services, stop).ConfigureAwait(false);
        return new Captured<AutotracePsiEvent>(new AutotracePsiEvent(trigger, flame, stacks, top), flame.Error is null);
    }

    private sealed record Resource(string Name, PressureShares Shares, RecentHistory History, double Level);
}

/// <summary>What was seen of a resource, in percent.</summary>
internal sealed record AutotracePsiTrigger(string Resource, Unusual Pressure);
