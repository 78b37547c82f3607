using Huatuo.Bpf;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>The same, and what containers have to do with it, asked of the kernel's tasks at each scrape, and every five seconds
/// while there are containers.</summary>
internal sealed class LoadavgTasksRun : IProgramMetricTracer, IDisposable
{
    private readonly Lock _lock = new();
    private readonly TracerServices _services;
    private readonly LoadavgRun _host;
    private readonly ContainerLoad _containers;
    private readonly ContainerAverages _averages;
    private readonly IteratorRecords<LoadavgTask> _add;
    private BpfObject? _object;
    private BpfIterator<LoadavgTask>? _tasks;
    private ITimer? _timer;

    internal LoadavgTasksRun(TracerServices services)
    {
        _services = services;
        _host = new LoadavgRun(services);
        _containers = new ContainerLoad(services);
        _averages = new ContainerAverages(services.Containers, TryCount, services.Time);
        _add = _containers.Add;
    }

    public bool Attaches => false;

    public BpfObject Open() => _object = BpfImages.Open(LoadavgBpf.ObjectName);

    public void Loaded()
    {
        _tasks = new BpfIterator<LoadavgTask>(_object!, LoadavgBpf.Programs.BusyTask);
        _timer = _services.Time.CreateTimer(static run => ((LoadavgTasksRun)run!).Look(), this, ContainerAverages.Period, ContainerAverages.Period);
    }

    public void Write(MetricWriter writer)
    {
        lock (_lock)
        {
            Count();
            _host.Write(writer);
            _containers.Write(writer, _averages);
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _tasks?.Dispose();
            _tasks = null;
        }
    }

    // The timer may fire once more after it was disposed of.
    private void Look()
    {
        lock (_lock)
            if (_tasks is not null)
                _averages.Look();
    }

    private void Count()
    {
        _containers.Clear();
        _tasks!.Read(_add);
    }

    private IReadOnlyDictionary<Container, TaskCounts>? TryCount()
    {
        try
        {
            Count();
            return _containers.Counts;
        }
        catch (BpfException)
        {
            _services.Skipped.Add();
            return null;
        }
    }
}
