using System.Text;
using System.Text.Json;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.Packets;

public sealed class PacketLayersTests
{
    private const ushort Ipv4 = 0x0800, Arp = 0x0806, Ipv6 = 0x86dd;
    private const string TcpHeader = "01bb9c40 ee6b2800 00000011 8018ffff abcd0000 0101080a 0000000100000002";
    private const string UdpHeader = "14e914e9 000c0f0e 61626364";
    private const string IcmpHeader = "08001fff 004d0005 61626364";

    private static byte[] Hex(string digits) => Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>An IPv4 header with options of some words, and what it carries.</summary>
    private static byte[] V4(int protocol, string payload, int optionWords = 0, int fragment = 0x4000) => Hex(
        $"{0x45 + optionWords:x2}100054 1234{fragment:x4} 40{protocol:x2}beef c0000201 c63364c8 {string.Concat(Enumerable.Repeat("94040000", optionWords))} {payload}");

    /// <summary>An IPv6 header and what it carries.</summary>
    private static byte[] V6(int next, string payload) =>
        Hex($"6ab12345 0040{next:x2}3f 20010db8000000000000000000000001 20010db8000000000000000000000002 {payload}");

    // Hop-by-hop of 16 bytes, routing of 8, fragment, authentication of 24, destination options of 8.
    private static string Chain(int last, int fragment = 1) =>
        $"2b01 05020000 0104 0000000000000000  2c00 0400 00000000  3300{fragment:x4} 00000007  3c04 0000 00000001 00000002 0102030405060708 090a0b0c  {last:x2}00 0104 00000000";

    public static TheoryData<string, int, string, string> Packets => new()
    {
        // name, type, bytes, label
        { "tcp", Ipv4, Convert.ToHexString(V4(6, TcpHeader)), "IPv4/TCP" },
        { "tcp behind options", Ipv4, Convert.ToHexString(V4(6, TcpHeader, optionWords: 10)), "IPv4/TCP" },
        { "first fragment", Ipv4, Convert.ToHexString(V4(17, UdpHeader, fragment: 0x2000)), "IPv4/UDP" },
        { "later fragment", Ipv4, Convert.ToHexString(V4(17, UdpHeader, fragment: 0x2001)), "IPv4" },
        { "icmp", Ipv4, Convert.ToHexString(V4(1, IcmpHeader)), "IPv4/ICMP" },
        { "other protocol", Ipv4, Convert.ToHexString(V4(47, "00000800")), "IPv4" },
        { "tcp6", Ipv6, Convert.ToHexString(V6(6, TcpHeader)), "IPv6/TCP" },
        { "udp6 behind all extensions", Ipv6, Convert.ToHexString(V6(0, Chain(17) + UdpHeader)), "IPv6/UDP" },
        { "icmpv6 behind all extensions", Ipv6, Convert.ToHexString(V6(0, Chain(58) + IcmpHeader)), "IPv6/ICMPv6" },
        { "later fragment of 6", Ipv6, Convert.ToHexString(V6(0, Chain(17, fragment: 9) + UdpHeader)), "IPv6" },
        { "nothing follows", Ipv6, Convert.ToHexString(V6(59, "")), "IPv6" },
        { "arp", Arp, "0001080006040001020000000002C0000202000000000000C00002FE", "ARP" },
        { "no protocol", 0, "4500", "unknown" },
    };

    [Theory]
    [MemberData(nameof(Packets))]
    public void Labels(string name, int type, string packet, string label) =>
        Assert.Equal((name, label), (name, Encoding.ASCII.GetString(new PacketLayers((ushort)type, default, Hex(packet)).Label)));

    [Theory]
    [MemberData(nameof(Packets))]
    public void AHeaderThatIsCutOffIsLeftOut(string name, int type, string packet, string label)
    {
        byte[] bytes = Hex(packet);
        using var whole = JsonDocument.Parse(LayersText.Of((ushort)type, default, bytes));
        HashSet<string> all = [.. whole.RootElement.EnumerateObject().Select(layer => layer.Name)];
        int most = 0;
        for (int length = 0; length <= bytes.Length; length++)
        {
            using var layers = JsonDocument.Parse(LayersText.Of((ushort)type, default, bytes.AsSpan(0, length)));
            int count = 0;
            foreach (JsonProperty layer in layers.RootElement.EnumerateObject())
            {
                count++;
                Assert.Contains(layer.Name, all);
                if (layer.Name != "label")
                    Assert.Equal(whole.RootElement.GetProperty(layer.Name).GetRawText(), layer.Value.GetRawText());
            }
            Assert.True(count >= most, $"{name}: {length} bytes give fewer layers than less");
            most = count;
            int header = type switch { Ipv4 => 20, Ipv6 => 40, Arp => 28, _ => int.MaxValue };
            Assert.Equal(length < header ? 1 : label.Contains('/') ? count : 2, count);
        }
        Assert.Equal(all.Count, most);
    }

    [Theory]
    [InlineData("tcp", 6, TcpHeader, 20)]
    [InlineData("udp", 17, UdpHeader, 8)]
    [InlineData("icmp", 1, IcmpHeader, 8)]
    public void ATransportHeaderCountsFromItsFixedPart(string layer, int protocol, string header, int fixedPart)
    {
        byte[] packet = V4(protocol, header, optionWords: 2);
        Assert.DoesNotContain($"\"{layer}\"", LayersText.Of(Ipv4, default, packet.AsSpan(0, 28 + fixedPart - 1)), StringComparison.Ordinal);
        Assert.Contains($"\"{layer}\"", LayersText.Of(Ipv4, default, packet.AsSpan(0, 28 + fixedPart)), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFieldOfATcpPacketWithOptions() => Assert.Equal(
        """
        {"label":"IPv4/TCP","ether":{"saddr":"02:00:00:00:00:02","daddr":"02:00:00:00:00:01","type":"0x800","len":14},"ipv4":{"version":4,"ihl":7,"tos":16,"len":84,"id":4660,"flags":"DF","frag_offset":0,"ttl":64,"protocol":6,"checksum":"0xbeef","saddr":"192.0.2.1","daddr":"198.51.100.200"},"tcp":{"sport":443,"dport":40000,"seq":4000000000,"ack_seq":17,"data_offset":8,"flags":"PSH,ACK","window":65535,"checksum":"0xabcd","urgent":0,"sk_state":"CLOSE"}}
        """,
        LayersText.Of(Ipv4, Hex("020000000001 020000000002 0800"), V4(6, TcpHeader, optionWords: 2), "CLOSE"));

    [Fact]
    public void EveryFieldBehindExtensionHeaders() => Assert.Equal(
        """
        {"label":"IPv6/UDP","ipv6":{"version":6,"traffic_class":171,"flow_label":74565,"len":64,"next_header":0,"hop_limit":63,"saddr":"2001:db8::1","daddr":"2001:db8::2"},"udp":{"sport":5353,"dport":5353,"len":12,"checksum":"0xf0e"}}
        """,
        LayersText.Of(Ipv6, default, V6(0, Chain(17) + UdpHeader)));

    [Theory]
    [InlineData(Ipv4, "65")]
    [InlineData(Ipv4, "44")]
    [InlineData(Ipv6, "45")]
    public void AVersionOrLengthThatContradictsIsNoHeader(int type, string first)
    {
        byte[] packet = new byte[60];
        packet[0] = Convert.ToByte(first, 16);
        Assert.Equal("""{"label":"unknown"}""", LayersText.Of((ushort)type, default, packet));
    }

    [Fact]
    public void FragmentFlagsAndOffsets()
    {
        foreach ((int bits, string flags, int offset) in new[] { (0, "", 0), (0x2000, "MF", 0), (0x4000, "DF", 0), (0x6000, "DF,MF", 0), (0x8000, "reserved", 0), (0x3fff, "MF", 65528) })
            Assert.Contains($"\"flags\":\"{flags}\",\"frag_offset\":{offset},", LayersText.Of(Ipv4, default, V4(17, UdpHeader, fragment: bits)), StringComparison.Ordinal);
    }

    [Fact]
    public void RandomBytesGiveValidLayers()
    {
        byte[][] originals = [V4(6, TcpHeader, 3), V4(17, UdpHeader), V6(0, Chain(6) + TcpHeader), V6(58, IcmpHeader), Hex("0001080006040001020000000002C0000202000000000000C00002FE")];
        ushort[] types = [Ipv4, Ipv4, Ipv6, Ipv6, Arp];
        for (int seed = 0; seed < 50_000; seed++)
        {
            var random = new Random(seed);
            int which = random.Next(originals.Length);
            byte[] packet = [.. originals[which]];
            if (random.Next(3) == 0)
                random.NextBytes(packet.AsSpan(random.Next(2)));
            for (int change = random.Next(6); change > 0; change--)
                packet[random.Next(packet.Length)] = (byte)random.Next(256);
            byte[] ethernet = new byte[random.Next(16)];
            random.NextBytes(ethernet);
            string text = LayersText.Of(random.Next(5) == 0 ? (ushort)random.Next(65536) : types[which], ethernet, packet.AsSpan(0, random.Next(packet.Length + 1)));
            Assert.StartsWith("{\"label\":\"", text, StringComparison.Ordinal);
        }
    }
}
