using System.Net;
using System.Net.Sockets;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>Networks as the kernel side looks them up: IPv4 mapped into IPv6.</summary>
internal static class AddressKey
{
    internal static AddressPrefix Of(IPNetwork network)
    {
        const int mapped = 96;
        bool v4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        var key = new AddressPrefix { Bits = (uint)(network.PrefixLength + (v4 ? mapped : 0)) };
        (v4 ? network.BaseAddress.MapToIPv6() : network.BaseAddress).TryWriteBytes(key.Address, out _);
        return key;
    }
}
