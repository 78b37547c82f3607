using System.Collections.Concurrent;
using Huatuo.Bpf.Rings;

namespace Huatuo.Bpf.Tests.Rings;

/// <summary>A ring in managed memory with an eventfd for its wake-ups. A drain takes the records that were there when it began.</summary>
internal sealed class FakeRing : IRing
{
    private readonly ConcurrentQueue<int> _records = new();
    private readonly WakeEvent _event = new();
    private int _drains;

    public TimeSpan IdlePoll { get; init; } = TimeSpan.FromHours(1);

    public IReadOnlyList<int> Descriptors => [_event.Fd];

    public bool IsEmpty => _records.IsEmpty;

    public long ReportedLost => 0;

    /// <summary>How often it was drained.</summary>
    internal int Drains => Volatile.Read(ref _drains);

    /// <summary>What a drain throws, if anything.</summary>
    internal Exception? Fault { get; set; }

    /// <summary>Called for each drain with how many there were.</summary>
    internal Action<int>? Drained { get; set; }

    /// <summary>Says that a drain handed over as much as it may, so that the pump does not sleep.</summary>
    internal volatile bool Hot;

    internal void Put(int record, bool wake = true)
    {
        _records.Enqueue(record);
        if (wake)
            _event.Set();
    }

    public int Drain(IRecordHandler handler, int limit)
    {
        Drained?.Invoke(Interlocked.Increment(ref _drains));
        _event.Reset();
        if (Fault is not null)
            throw Fault;
        int count = 0;
        for (int ready = Math.Min(limit, _records.Count); count < ready && _records.TryDequeue(out int record); count++)
            handler.OnRecord(BitConverter.GetBytes(record));
        return Hot ? limit : count;
    }

    /// <summary>What a refresh throws, if anything.</summary>
    internal Exception? RefreshFault { get; set; }

    public bool Refresh() => RefreshFault is null ? false : throw RefreshFault;

    public void Dispose() => _event.Dispose();
}
