using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Network.NetdevTxqueueTimeout;

/// <summary>One queue that stood still, over the record it came in.</summary>
internal readonly ref struct NetdevTxqueueTimeoutEvent : IEventFields
{
    private readonly ref readonly NetdevTxqueueTimeoutRecord _record;
    private readonly EventWho _who;

    internal NetdevTxqueueTimeoutEvent(ref readonly NetdevTxqueueTimeoutRecord record, in EventWho who)
    {
        _record = ref record;
        _who = who;
    }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        _who.Write(ref writer);
        writer.Number("queue_index"u8, (ulong)_record.QueueIndex);
        writer.Text("device_name"u8, EventWho.ZeroTerminated(_record.DeviceName));
        writer.Number("netdev_ifindex"u8, (ulong)_record.NetdevIfindex);
        writer.Text("driver_name"u8, EventWho.ZeroTerminated(_record.DriverName));
    }
}
