using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Maps;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemcgReclaim;

/// <summary>One run of <c>memcg_reclaim</c>.</summary>
internal sealed class MemcgReclaimRun(MemcgReclaimOptions options, TracerServices services) : IProgramMetricTracer
{
    private readonly ContainerCounters<MemcgCounters> _containers = new(services.Identity);
    private readonly ExemplarSlots _exemplars = services.Exemplars.Of(MemcgReclaimMetrics.Stall);
    private MemcgReclaimBpf? _bpf;
    private CounterMap<uint, Histogram>? _stalls;
    private CounterMap<ulong, MemcgCounters>? _cgroups;

    public BpfObject Open()
    {
        const string cgroups = "cgroups";
        BpfObject opened = BpfImages.Open(MemcgReclaimBpf.ObjectName);
        _bpf = new MemcgReclaimBpf(opened);
        opened.SetMapEntries(cgroups, options.MaxCgroups + 1);
        return opened;
    }

    public void Loaded()
    {
        _stalls = _bpf!.Stalls.Counters();
        _cgroups = _bpf.Cgroups.Counters();
        _cgroups.Add(0);
    }

    public void Write(MetricWriter writer)
    {
        _stalls!.Read();
        _cgroups!.Read();
        _containers.Update(_cgroups.Keys, _cgroups.Sums);
        MemcgReclaimMetrics.Write(writer, _stalls.Sums[0], _exemplars.Read(), _containers.Rows);
    }
}
