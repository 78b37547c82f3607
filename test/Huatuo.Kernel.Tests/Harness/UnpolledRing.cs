using Huatuo.Bpf.Rings;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A ring that is never looked into for being idle: only wake-ups bring its records.</summary>
internal sealed class UnpolledRing(IRing inner) : IRing
{
    public TimeSpan IdlePoll => TimeSpan.FromDays(1);

    public IReadOnlyList<int> Descriptors => inner.Descriptors;

    public bool IsEmpty => inner.IsEmpty;

    public long ReportedLost => inner.ReportedLost;

    public int Drain(IRecordHandler handler, int limit) => inner.Drain(handler, limit);

    public bool Refresh() => inner.Refresh();

    public void Dispose() => inner.Dispose();
}
