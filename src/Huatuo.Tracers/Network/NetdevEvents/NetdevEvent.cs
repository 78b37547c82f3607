using System.Text;
using Huatuo.Flow.Documents;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Network.NetdevEvents;

/// <summary>One change of a device, over the message that told it.</summary>
internal readonly ref struct NetdevEvent(LinkMessage link, LinkStatus status, bool isScanned, DriverInfo? driver) : IEventFields
{
    private readonly LinkMessage _link = link;

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text("ifname"u8, _link.Name);
        writer.Number("index"u8, (long)_link.Index);
        writer.Text("linkstatus"u8, Encoding.UTF8.GetBytes("linkstatus_" + status.Name()));
        if (!_link.Address.IsEmpty)
            writer.Text("mac"u8, Encoding.UTF8.GetBytes(Mac(_link.Address)));
        writer.Boolean("start"u8, isScanned);
        if (driver is null)
            return;
        writer.Text("driver"u8, Encoding.UTF8.GetBytes(driver.Driver));
        writer.Text("driver_version"u8, Encoding.UTF8.GetBytes(driver.Version));
        writer.Text("firmware_version"u8, Encoding.UTF8.GetBytes(driver.Firmware));
    }

    private static string Mac(ReadOnlySpan<byte> address) => string.Join(':', Convert.ToHexStringLower(address).Chunk(2).Select(digits => new string(digits)));
}
