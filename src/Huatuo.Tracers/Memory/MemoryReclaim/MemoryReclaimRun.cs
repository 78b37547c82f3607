using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemoryReclaim;

/// <summary>One run of <c>memory_reclaim</c>: its filter in the kernel, and its records.</summary>
internal sealed class MemoryReclaimRun(MemoryReclaimOptions options, TracerServices services) : IEventTracer
{
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
        output.Emit(reclaim.Header.MonotonicNs, who.Container, stack, new MemoryReclaimEvent(in reclaim, who, stack));
        return true;
    }
}
