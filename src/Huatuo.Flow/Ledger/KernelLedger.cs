using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Maps;

namespace Huatuo.Flow.Ledger;

/// <summary>The kernel side's counters of one tracer, over all its runs.</summary>
public sealed class KernelLedger
{
    /// <summary>Reads one run's counters, a place for each possible CPU; false when there are none.</summary>
    internal delegate bool ReadPerCpu(Span<LedgerCounters> values);

    private readonly Lock _lock = new();
    private readonly LedgerCounters[] _perCpu = new LedgerCounters[PossibleCpus.Count];
    private LedgerCounters _ended;
    private ReadPerCpu? _running;

    /// <summary>The sums over CPUs and runs.</summary>
    public LedgerCounters Read()
    {
        lock (_lock)
            return _running is { } read ? Add(_ended, read) : _ended;
    }

    /// <summary>A run begins: its counters start at zero.</summary>
    internal void Begin(BpfPerCpuMap<uint, LedgerCounters> counters) => Begin(values => counters.TryGet(0, values));

    /// <summary>A run begins whose counters are read by a delegate.</summary>
    internal void Begin(ReadPerCpu counters)
    {
        lock (_lock)
            _running = counters;
    }

    /// <summary>A run has ended: detached and drained, its counters are final. The map may go away after this.</summary>
    internal void End()
    {
        lock (_lock)
        {
            if (_running is { } read)
                _ended = Add(_ended, read);
            _running = null;
        }
    }

    private LedgerCounters Add(LedgerCounters sum, ReadPerCpu read)
    {
        if (!read(_perCpu))
            return sum;
        foreach (ref readonly LedgerCounters cpu in _perCpu.AsSpan())
        {
            sum.Hits += cpu.Hits;
            sum.Filtered += cpu.Filtered;
            sum.RateLimited += cpu.RateLimited;
            sum.Deduplicated += cpu.Deduplicated;
            sum.Lost += cpu.Lost;
            sum.Submitted += cpu.Submitted;
        }
        return sum;
    }
}
