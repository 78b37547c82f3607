using Huatuo.Bpf.Abi;
using Huatuo.Flow.Ledger;

namespace Huatuo.Flow.Tracing;

/// <summary>
/// One run of a tracer without a program: counts what a program would count, and takes its events on. Used by one thread
/// at a time.
/// </summary>
public sealed class SourceTracerRun
{
    private const long Nanoseconds = 1_000_000_000;
    private readonly TracerLedger _ledger;
    private readonly TimeProvider _time;
    private readonly uint _perSecond;
    private readonly Action _ready;
    private readonly Lock _lock = new();
    private LedgerCounters _counters;
    private long _window;
    private uint _admitted;

    internal SourceTracerRun(TracerLedger ledger, EventOutput output, uint perSecond, TimeProvider time, Action ready)
    {
        _ledger = ledger;
        _perSecond = perSecond;
        _time = time;
        _ready = ready;
        _window = time.GetTimestamp();
        Output = output;
    }

    /// <summary>Where events go; one for each <see cref="Take"/> that said yes.</summary>
    public EventOutput Output { get; }

    /// <summary>CLOCK_MONOTONIC in nanoseconds, for what happens without a time of its own.</summary>
    public ulong MonotonicNow => (ulong)(_time.GetTimestamp() * (Nanoseconds / _time.TimestampFrequency));

    /// <summary>Completes after a while, by the tracer's clock.</summary>
    public Task Delay(TimeSpan time, CancellationToken stop) => Task.Delay(time, _time, stop);

    /// <summary>From now on nothing is missed.</summary>
    public void Ready() => _ready();

    /// <summary>Counts something that happened, and decides on it.</summary>
    /// <param name="wanted">Whether the tracer's filters let it through.</param>
    /// <returns>Whether to emit an event for it now.</returns>
    public bool Take(bool wanted)
    {
        lock (_lock)
        {
            _counters.Hits++;
            bool taken = wanted && Admit();
            if (taken)
                _counters.Submitted++;
            else if (wanted)
                _counters.RateLimited++;
            else
                _counters.Filtered++;
            return taken;
        }
    }

    /// <summary>Counts what the source itself says that it lost.</summary>
    /// <param name="count">How many.</param>
    public void Lose(ulong count)
    {
        lock (_lock)
        {
            _counters.Hits += count;
            _counters.Lost += count;
        }
    }

    /// <summary>What was taken is no event after all.</summary>
    public void Malformed() => _ledger.CountDecodeError();

    internal bool Read(Span<LedgerCounters> perCpu)
    {
        perCpu.Clear();
        lock (_lock)
            perCpu[0] = _counters;
        return true;
    }

    private bool Admit()
    {
        if (_perSecond == 0)
            return true;
        if (_time.GetElapsedTime(_window) >= TimeSpan.FromSeconds(1))
        {
            _window = _time.GetTimestamp();
            _admitted = 0;
        }
        return _admitted++ < _perSecond;
    }
}
