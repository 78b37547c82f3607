using Huatuo.Bpf;
using Huatuo.Bpf.Maps;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.Softirq;

/// <summary>One run of <c>softirq</c>.</summary>
internal sealed class SoftirqRun : IProgramMetricTracer
{
    private SoftirqBpf? _bpf;
    private CounterMap<uint, SoftirqVector>? _vectors;

    public BpfObject Open()
    {
        BpfObject opened = BpfImages.Open(SoftirqBpf.ObjectName);
        _bpf = new SoftirqBpf(opened);
        return opened;
    }

    public void Loaded() => _vectors = _bpf!.Vectors.Counters();

    public void Write(MetricWriter writer)
    {
        _vectors!.Read();
        SoftirqMetrics.Write(writer, _vectors.Sums);
    }
}
