using System.Buffers.Binary;
using System.Net;
using System.Text;
using Huatuo.Flow.Enrich;
using Huatuo.Tracers.Network.Dropwatch;

namespace Huatuo.Docs.Tests.Fields;

/// <summary>One drop of each kind, for the fields that it writes.</summary>
internal static class DropwatchRecords
{
    private const ushort Ipv4 = 0x0800, Arp = 0x0806, Ipv6 = 0x86dd;

    /// <summary>All fields of all kinds.</summary>
    public static async Task<SortedDictionary<string, string>> FieldsAsync()
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using var names = new ReverseDns(new ReverseDnsOptions { Enabled = true }, TimeProvider.System, (_, _) => Task.FromResult("host.example"));
        foreach (byte protocol in (ReadOnlySpan<byte>)[6, 17, 1])
            Record(fields, Make(Ipv4, Ipv4Packet(protocol)), Who.Task, names);
        foreach (byte protocol in (ReadOnlySpan<byte>)[6, 17, 58])
            Record(fields, Make(Ipv6, Ipv6Packet(protocol)), Who.Softirq, names);
        Record(fields, Make(Arp, new byte[28]), Who.Task, names);
        await AnsweredAsync(names);
        Record(fields, Make(Ipv4, Ipv4Packet(6)), Who.Task, names);
        return fields;
    }

    private static async Task AnsweredAsync(ReverseDns names)
    {
        byte[] zero = IPAddress.Any.GetAddressBytes();
        while (!names.TryGet(zero, out _))
            await Task.Yield();
    }

    private static void Record(SortedDictionary<string, string> fields, DropwatchRecord record, EventWho who, ReverseDns names)
    {
        var reasons = new DropReasons(new Dictionary<uint, string> { [0x1_0002] = "SKB_DROP_REASON_NO_SOCKET" }, new Dictionary<uint, string> { [1] = "SKB_DROP_REASON_SUBSYS_MAC80211" });
        var trap = default(DropwatchTrap);
        var drop = new DropwatchEvent(in record, in trap, who, StackText.None, reasons, names, "events"u8);
        var writer = new FieldRecorder(fields);
        // The encoder writes this one for every tracer.
        writer.Text("observed_timestamp"u8, default);
        drop.Write(ref writer);
    }

    private static DropwatchRecord Make(ushort type, byte[] packet)
    {
        var record = new DropwatchRecord
        {
            EthernetProtocol = type,
            Reason = 0x1_0002,
            MacBytes = 14,
            PacketBytes = (byte)packet.Length,
            NetdevLink = (uint)DropLink.Known,
            SocketProtocol = 6,
            SocketFamily = 2,
            SocketState = 1,
        };
        Encoding.UTF8.GetBytes("eth0", record.NetdevName);
        packet.CopyTo(record.Packet);
        return record;
    }

    private static byte[] Ipv4Packet(byte protocol)
    {
        byte[] packet = new byte[40];
        packet[0] = 0x45;
        packet[9] = protocol;
        return packet;
    }

    private static byte[] Ipv6Packet(byte protocol)
    {
        byte[] packet = new byte[60];
        packet[0] = 0x60;
        packet[6] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), 20);
        return packet;
    }
}
