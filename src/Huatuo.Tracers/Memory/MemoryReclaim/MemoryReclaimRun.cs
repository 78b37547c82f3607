using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Memory.MemcgReclaim;
using Huatuo.Tracers.Memory.MemoryFree;

namespace Huatuo.Tracers.Memory.MemoryReclaim;

/// <summary>One run of <c>memory_reclaim</c>: its filter in the kernel, and its records.</summary>
internal sealed class MemoryReclaimRun(MemoryReclaimOptions options, TracerServices services) : IEventTracer
{
    private readonly ExemplarSlots _global = services.Exemplars.Of(MemoryFreeMetrics.Reclaim);
    private readonly ExemplarSlots _memcg = services.Exemplars.Of(MemcgReclaimMetrics.Stall);

    public BpfObject Open()
    {
        BpfObject opened = BpfImages.Open(MemoryReclaimBpf.ObjectName);
        _ = new MemoryReclaimBpf(opened) { BlockedThresholdNs = (ulong)options.BlockedThreshold.Ticks * 100 };
        return opened;
    }

    public void Loaded()
    {
    }

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < MemoryReclaimRecord.Size)
            return false;
        ref readonly MemoryReclaimRecord reclaim = ref MemoryMarshal.AsRef<MemoryReclaimRecord>(record);
        if (!RecordStack.TryFind(record, MemoryReclaimRecord.Size, reclaim.Header, out ReadOnlySpan<ulong> addresses))
            return false;
        StackText stack = services.Stacks.Find(addresses, location: 0);
        EventWho who = services.Identity.Resolve(reclaim.Header, socketCgroupId: 0);
        if (output.Emit(reclaim.Header.MonotonicNs, who.Container, stack, new MemoryReclaimEvent(in reclaim, who, stack)) is { } accepted)
            ((ReclaimScope)reclaim.Scope == ReclaimScope.Global ? _global : _memcg).Offer(accepted, reclaim.DurationNs / 1e9);
        return true;
    }
}
