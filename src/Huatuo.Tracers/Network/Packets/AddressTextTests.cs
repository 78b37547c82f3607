using System.Net;
using System.Text;

namespace Huatuo.Tracers.Network.Packets;

public sealed class AddressTextTests
{
    private static string Format(ReadOnlySpan<byte> address)
    {
        Span<byte> room = stackalloc byte[AddressText.MaxBytes];
        return Encoding.ASCII.GetString(AddressText.Format(address, room));
    }

    [Theory]
    [InlineData("00000000", "0.0.0.0")]
    [InlineData("ffffffff", "255.255.255.255")]
    [InlineData("0a000102", "10.0.1.2")]
    [InlineData("00000000000000000000000000000000", "::")]
    [InlineData("00000000000000000000000000000001", "::1")]
    [InlineData("00010000000000000000000000000000", "1::")]
    [InlineData("20010db8000000000001000000000001", "2001:db8::1:0:0:1")]
    [InlineData("20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1")]
    [InlineData("00000001000200000003000400050006", "0:1:2:0:3:4:5:6")]
    [InlineData("0000000000010002000300040005abcd", "::1:2:3:4:5:abcd")]
    [InlineData("00000001000200030004000500000000", "0:1:2:3:4:5::")]
    [InlineData("00000000000000000000ffffc0000201", "::ffff:192.0.2.1")]
    [InlineData("ffffffffffffffffffffffffffffffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("0200000000ff", "02:00:00:00:00:ff")]
    public void Addresses(string bytes, string text) => Assert.Equal(text, Format(Convert.FromHexString(bytes)));

    [Fact]
    public void ManyIpv4Addresses()
    {
        var random = new Random(1);
        byte[] address = new byte[4];
        for (int i = 0; i < 5000; i++)
        {
            random.NextBytes(address);
            Assert.Equal(new IPAddress(address).ToString(), Format(address));
        }
    }

    [Fact]
    public void ManyIpv6AddressesWithManyZeros()
    {
        var random = new Random(2);
        byte[] address = new byte[16];
        int compared = 0;
        for (int i = 0; i < 20_000; i++)
        {
            for (int group = 0; group < 8; group++)
            {
                int value = random.Next(5) switch { 0 or 1 or 2 => 0, 3 => random.Next(16), _ => random.Next(65536) };
                (address[2 * group], address[2 * group + 1]) = ((byte)(value >> 8), (byte)value);
            }
            var expected = new IPAddress(address);
            string text = Format(address);
            Assert.Equal(expected, IPAddress.Parse(text));
            // The library writes some other prefixes with a dotted end as well, RFC 5952 only those it knows to hold IPv4.
            if (expected.ToString().Contains('.', StringComparison.Ordinal))
                continue;
            Assert.Equal(expected.ToString(), text);
            compared++;
        }
        Assert.True(compared > 15_000);
    }
}
