using Huatuo.Bpf;
using Huatuo.Bpf.Maps;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.Runqlat;

/// <summary>One run of <c>runqlat</c>.</summary>
internal sealed class RunqlatRun(RunqlatOptions options, TracerServices services) : IProgramMetricTracer
{
    internal const string SchedInfo = "tp_btf/sched_switch";
    internal const string Wakeup = "tp_btf/sched_wakeup+sched_switch";

    private readonly ContainerCounters<RunqlatCounters> _containers = new(services.Identity);
    private readonly ExemplarSlots _exemplars = services.Exemplars.Of(RunqlatMetrics.Wait);
    private RunqlatBpf? _bpf;
    private CounterMap<uint, RunqlatHost>? _host;
    private CounterMap<ulong, RunqlatCounters>? _cgroups;

    public BpfObject Open()
    {
        const string cgroups = "cgroups", queued = "queued";
        BpfObject opened = BpfImages.Open(RunqlatBpf.ObjectName);
        _bpf = new RunqlatBpf(opened);
        opened.SetMapEntries(cgroups, options.MaxCgroups + 1);
        if (services.Rung == SchedInfo)
            opened.SetMapEntries(queued, 1);
        return opened;
    }

    public void Loaded()
    {
        _host = _bpf!.Host.Counters();
        _cgroups = _bpf.Cgroups.Counters();
        _cgroups.Add(0);
    }

    public void Write(MetricWriter writer)
    {
        _host!.Read();
        _cgroups!.Read();
        _containers.Update(_cgroups.Keys, _cgroups.Sums);
        RunqlatMetrics.Write(writer, _host.Sums[0], _exemplars.Read(), _containers.Rows);
    }
}
