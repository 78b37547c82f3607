using Huatuo.Bpf;
using Huatuo.Bpf.PerfEvents;
using Huatuo.Bpf.Rings;

namespace Huatuo.Profiling.OnCpu;

/// <summary>A timer, or a counter, on each CPU that is online.</summary>
/// <param name="start">Starts that of a CPU.</param>
/// <param name="only">CPUs that alone get one; null for all.</param>
/// <param name="online">Which CPUs run.</param>
internal sealed class CpuSamplers(Func<int, CpuSampler> start, IReadOnlyList<int>? only, OnlineCpus online) : IDisposable
{
    private const int NoDevice = 19;
    private readonly Dictionary<int, CpuSampler> _samplers = [];

    /// <summary>CPUs with one.</summary>
    internal IEnumerable<int> Cpus => _samplers.Keys;

    /// <summary>Starts those of CPUs that came online, and gives up those of CPUs that went.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal void Follow()
    {
        IReadOnlyList<int> now = online.Read();
        foreach (int gone in _samplers.Keys.Except(now).ToList())
        {
            _samplers[gone].Dispose();
            _samplers.Remove(gone);
        }
        foreach (int cpu in now.Where(cpu => only?.Contains(cpu) ?? true))
            if (!_samplers.ContainsKey(cpu))
                TryStart(cpu);
    }

    public void Dispose()
    {
        foreach (CpuSampler sampler in _samplers.Values)
            sampler.Dispose();
        _samplers.Clear();
    }

    private void TryStart(int cpu)
    {
        try
        {
            _samplers[cpu] = start(cpu);
        }
        catch (BpfException gone) when (gone.Errno == NoDevice)
        {
        }
    }
}
