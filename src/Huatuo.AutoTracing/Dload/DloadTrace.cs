using System.Globalization;
using System.Text;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Cpu.Loadavg;
using Huatuo.Tracers.Scheduling.Hungtask;

namespace Huatuo.AutoTracing.Dload;

/// <summary>One run of <c>dload</c>.</summary>
internal sealed class DloadTrace(DloadOptions options, TracerServices services) : IAutoTrace<DloadTrigger, DloadEvent>
{
    private const string HostSubject = "host", IoWait = "    io_schedule";

    // The machine's own load counts all that wait uninterruptibly: while it is this low, no part of them is near the threshold.
    private const double Worth = 5;

    private readonly TaskStates _states = new(services.Roots.Proc, services.Containers);
    private readonly ByteFile _loadavg = new(Path.Combine(services.Roots.Proc, "loadavg"));
    private readonly Dictionary<Container, Loads> _containers = [];
    private Loads? _host;

    public void Look(List<Held<DloadTrigger>> held)
    {
        if (!IsWorthCounting())
        {
            _host = null;
            _containers.Clear();
            return;
        }
        _states.Read();
        foreach (Container gone in _containers.Keys.Where(container => !_states.Containers.ContainsKey(container)).ToArray())
            _containers.Remove(gone);
        foreach ((Container container, StateCounts states) in _states.Containers)
        {
            if (!_containers.TryGetValue(container, out Loads? loads))
                _containers[container] = loads = new Loads(options.Interval);
            Add(held, loads, states, container);
        }
        Add(held, _host ??= new Loads(options.Interval), _states.Host, null);
    }

    public DloadTrigger AtOnce(DloadTrigger trigger) => trigger with
    {
        Stacks = new BlockedTasks(services.Roots.Proc).Stacks(trigger.Container is { } container ? _states.ProcessesOf(container) : null),
    };

    public Task<Captured<DloadEvent>> CaptureAsync(DloadTrigger trigger, CancellationToken stop)
    {
        string text = Encoding.UTF8.GetString(trigger.Stacks);
        int waiting = text.Split('\n').Count(line => line.StartsWith(IoWait + "+", StringComparison.Ordinal));
        string issue = options.KnownIssues.FirstOrDefault(known => known.Fits(text))?.Name ?? "";
        return Task.FromResult(new Captured<DloadEvent>(new DloadEvent(trigger, waiting, issue, trigger.Stacks), IsWhole: true));
    }

    private bool IsWorthCounting()
    {
        ReadOnlySpan<byte> line = _loadavg.Read();
        int end = line.IndexOf((byte)' ');
        return end > 0 && double.TryParse(line[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double load)
            ? load > options.ThresholdLoad / Worth
            : throw new InvalidDataException("/proc/loadavg tells of no load");
    }

    private void Add(List<Held<DloadTrigger>> held, Loads loads, StateCounts states, Container? container)
    {
        loads.All.Add((ulong)(states.Running + states.Uninterruptible));
        loads.Uninterruptible.Add((ulong)states.Uninterruptible);
        if (loads.Uninterruptible.Value > options.ThresholdLoad)
            held.Add(new Held<DloadTrigger>(
                container?.Id ?? HostSubject, container, loads.Uninterruptible.Value,
                new DloadTrigger(container, options.ThresholdLoad, states, loads.All.Value, loads.Uninterruptible.Value)));
    }

    private sealed class Loads(TimeSpan interval)
    {
        internal FixedPointLoad All { get; } = new(interval, TimeSpan.FromMinutes(1));

        internal FixedPointLoad Uninterruptible { get; } = new(interval, TimeSpan.FromMinutes(1));
    }
}

/// <summary>What was seen.</summary>
/// <param name="Container">Whose tasks; null for those in none.</param>
/// <param name="Threshold">What was exceeded.</param>
/// <param name="States">The tasks at that moment.</param>
/// <param name="Load">How many ran or were ready to, or waited uninterruptibly, averaged over a minute.</param>
/// <param name="UninterruptibleLoad">How many waited uninterruptibly, alike.</param>
internal sealed record DloadTrigger(Container? Container, double Threshold, StateCounts States, double Load, double UninterruptibleLoad)
{
    /// <summary>The stacks of those that waited uninterruptibly.</summary>
    internal byte[] Stacks { get; init; } = [];
}
