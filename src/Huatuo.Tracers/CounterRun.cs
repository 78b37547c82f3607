using Huatuo.Bpf;
using Huatuo.Bpf.Maps;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers;

/// <summary>One run of a metric tracer whose programs count in one array and need nothing of user space.</summary>
/// <typeparam name="TValue">The array's values.</typeparam>
/// <param name="file">The BPF object, such as <c>softirq.bpf.o</c>.</param>
/// <param name="counters">Finds the array in the loaded object.</param>
/// <param name="write">Writes the values, summed over the CPUs, in the order of the array.</param>
internal sealed class CounterRun<TValue>(
    string file, Func<BpfObject, CounterMap<uint, TValue>> counters, Action<MetricWriter, ReadOnlySpan<TValue>> write) : IProgramMetricTracer
    where TValue : unmanaged
{
    private BpfObject? _object;
    private CounterMap<uint, TValue>? _counters;

    public BpfObject Open() => _object = BpfImages.Open(file);

    public void Loaded() => _counters = counters(_object!);

    public void Write(MetricWriter writer)
    {
        _counters!.Read();
        write(writer, _counters.Sums);
    }
}
