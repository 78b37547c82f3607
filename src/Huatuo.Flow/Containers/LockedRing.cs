using Huatuo.Bpf.Rings;

namespace Huatuo.Flow.Containers;

/// <summary>A ring that is drained by its own thread and, when somebody cannot wait for that, by others.</summary>
internal sealed class LockedRing(IRing ring) : IRing
{
    private readonly Lock _lock = new();

    public TimeSpan IdlePoll => ring.IdlePoll;

    public IReadOnlyList<int> Descriptors => ring.Descriptors;

    public bool IsEmpty => ring.IsEmpty;

    public long ReportedLost => ring.ReportedLost;

    public int Drain(IRecordHandler handler, int limit)
    {
        lock (_lock)
            return ring.Drain(handler, limit);
    }

    public bool Refresh() => ring.Refresh();

    public void Dispose() => ring.Dispose();
}
