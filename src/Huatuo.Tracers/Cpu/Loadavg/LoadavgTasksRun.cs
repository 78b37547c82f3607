using Huatuo.Bpf;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>The same, and what containers have to do with it, asked of the kernel's tasks at each scrape.</summary>
internal sealed class LoadavgTasksRun : IProgramMetricTracer, IDisposable
{
    private readonly LoadavgRun _host;
    private readonly ContainerLoad _containers;
    private readonly IteratorRecords<LoadavgTask> _add;
    private BpfObject? _object;
    private BpfIterator<LoadavgTask>? _tasks;

    internal LoadavgTasksRun(TracerServices services)
    {
        _host = new LoadavgRun(services);
        _containers = new ContainerLoad(services);
        _add = _containers.Add;
    }

    public bool Attaches => false;

    public BpfObject Open() => _object = BpfImages.Open(LoadavgBpf.ObjectName);

    public void Loaded() => _tasks = new BpfIterator<LoadavgTask>(_object!, LoadavgBpf.Programs.BusyTask);

    public void Write(MetricWriter writer)
    {
        _containers.Clear();
        _tasks!.Read(_add);
        _host.Write(writer);
        _containers.Write(writer);
    }

    public void Dispose() => _tasks?.Dispose();
}
