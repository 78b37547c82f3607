using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Maps;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemoryFree;

/// <summary>One run of <c>memory_free</c>.</summary>
internal sealed class MemoryFreeRun : IProgramMetricTracer
{
    private MemoryFreeBpf? _bpf;
    private CounterMap<uint, Histogram>? _stalls;

    public BpfObject Open()
    {
        BpfObject opened = BpfImages.Open(MemoryFreeBpf.ObjectName);
        _bpf = new MemoryFreeBpf(opened);
        return opened;
    }

    public void Loaded() => _stalls = _bpf!.Stalls.Counters();

    public void Write(MetricWriter writer)
    {
        _stalls!.Read();
        MemoryFreeMetrics.Write(writer, _stalls.Sums);
    }
}
