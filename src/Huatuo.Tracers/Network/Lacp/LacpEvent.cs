using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.Tracers.Network.Lacp;

/// <summary>The document of a change.</summary>
internal readonly struct LacpEvent(LacpChange change) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        Text(ref writer, "bond"u8, change.BondName);
        Text(ref writer, "slave"u8, change.Slave);
        Text(ref writer, "status"u8, change.Status);
        Text(ref writer, "partner_mac"u8, change.Partner);
        if (change.Port is { } port)
        {
            Text(ref writer, "mii_status"u8, port.MiiStatus);
            Number(ref writer, "aggregator_id"u8, port.AggregatorId);
            Number(ref writer, "actor_port_state"u8, port.ActorState);
            Number(ref writer, "partner_port_state"u8, port.PartnerState);
        }
        writer.Number("ports_aggregated"u8, (long)(change.Bond?.Ports.Count(port => port.Partner is not null) ?? 0));
        writer.Number("ports"u8, (long)(change.Bond?.Ports.Count ?? 0));
        Text(ref writer, "content"u8, change.Bond?.Content ?? "");
    }

    private static void Text<TWriter>(ref TWriter writer, ReadOnlySpan<byte> name, string value)
        where TWriter : IFieldWriter, allows ref struct => writer.Text(name, Encoding.UTF8.GetBytes(value));

    private static void Number<TWriter>(ref TWriter writer, ReadOnlySpan<byte> name, int? value)
        where TWriter : IFieldWriter, allows ref struct
    {
        if (value is { } number)
            writer.Number(name, (long)number);
    }
}
