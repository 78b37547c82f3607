using System.Net;

namespace Huatuo.Tracers.Network.Dropwatch;

public sealed class AddressKeyTests
{
    [Theory]
    [InlineData("0.0.0.0/0", 96u, "00000000000000000000ffff00000000")]
    [InlineData("10.0.0.0/8", 104u, "00000000000000000000ffff0a000000")]
    [InlineData("192.0.2.1/32", 128u, "00000000000000000000ffffc0000201")]
    [InlineData("::/0", 0u, "00000000000000000000000000000000")]
    [InlineData("2001:db8::/32", 32u, "20010db8000000000000000000000000")]
    [InlineData("::1/128", 128u, "00000000000000000000000000000001")]
    public void Networks(string network, uint bits, string address)
    {
        AddressPrefix key = AddressKey.Of(IPNetwork.Parse(network));
        Assert.Equal(bits, key.Bits);
        Assert.Equal(address, Convert.ToHexStringLower(key.Address));
    }
}
