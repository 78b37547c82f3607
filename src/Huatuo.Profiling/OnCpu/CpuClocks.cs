using Huatuo.Bpf;
using Huatuo.Bpf.PerfEvents;
using Huatuo.Bpf.Rings;

namespace Huatuo.Profiling.OnCpu;

/// <summary>A timer on each CPU that is online.</summary>
/// <param name="program">What it runs.</param>
/// <param name="period">How often.</param>
/// <param name="only">CPUs that alone get one; null for all.</param>
/// <param name="online">Which CPUs run.</param>
internal sealed class CpuClocks(BpfProgram program, TimeSpan period, IReadOnlyList<int>? only, OnlineCpus online) : IDisposable
{
    private const int NoDevice = 19;
    private readonly Dictionary<int, CpuClockEvent> _clocks = [];

    /// <summary>CPUs with a timer.</summary>
    internal IEnumerable<int> Cpus => _clocks.Keys;

    /// <summary>Starts timers on CPUs that came online, and gives up those of CPUs that went.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal void Follow()
    {
        IReadOnlyList<int> now = online.Read();
        foreach (int gone in _clocks.Keys.Except(now).ToList())
        {
            _clocks[gone].Dispose();
            _clocks.Remove(gone);
        }
        foreach (int cpu in now.Where(cpu => only?.Contains(cpu) ?? true))
            if (!_clocks.ContainsKey(cpu))
                TryStart(cpu);
    }

    public void Dispose()
    {
        foreach (CpuClockEvent clock in _clocks.Values)
            clock.Dispose();
        _clocks.Clear();
    }

    private void TryStart(int cpu)
    {
        try
        {
            _clocks[cpu] = CpuClockEvent.Start(cpu, period, program);
        }
        catch (BpfException gone) when (gone.Errno == NoDevice)
        {
        }
    }
}
