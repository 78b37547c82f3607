using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.NetdevTxqueueTimeout;

/// <summary>One run of <c>netdev_txqueue_timeout</c>.</summary>
internal sealed class NetdevTxqueueTimeoutRun(TracerServices services) : IEventTracer
{
    public BpfObject Open() => BpfImages.Open(NetdevTxqueueTimeoutBpf.ObjectName);

    public void Loaded()
    {
    }

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < NetdevTxqueueTimeoutRecord.Size)
            return false;
        ref readonly NetdevTxqueueTimeoutRecord timeout = ref MemoryMarshal.AsRef<NetdevTxqueueTimeoutRecord>(record);
        EventWho who = services.Identity.Resolve(timeout.Header, socketCgroupId: 0);
        output.Emit(timeout.Header.MonotonicNs, who.Container, StackText.None, new NetdevTxqueueTimeoutEvent(in timeout, who));
        return true;
    }
}
