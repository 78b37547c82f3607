using System.Text;

namespace Huatuo.Linux.Netlink;

/// <summary>What the driver of a network device says of itself: <c>struct ethtool_drvinfo</c> (<c>include/uapi/linux/ethtool.h</c>).</summary>
/// <param name="Driver">The driver's name.</param>
/// <param name="Version">Its version; the kernel's where it has none of its own (5.8).</param>
/// <param name="Firmware">The version of the device's firmware; empty where there is none.</param>
public sealed unsafe record DriverInfo(string Driver, string Version, string Firmware)
{
    internal const uint ETHTOOL_GDRVINFO = 3;
    private const int TextBytes = 32;

    internal static DriverInfo Of(in Raw info)
    {
        fixed (Raw* raw = &info)
            return new DriverInfo(Text(raw->Driver), Text(raw->Version), Text(raw->Firmware));
    }

    private static string Text(byte* text)
    {
        var bytes = new ReadOnlySpan<byte>(text, TextBytes);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    internal struct Raw
    {
        internal uint Command;
        internal fixed byte Driver[TextBytes];
        internal fixed byte Version[TextBytes];
        internal fixed byte Firmware[TextBytes];
        internal fixed byte Rest[96];
    }
}
