using System.Globalization;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>Expressions of pcap-filter(7), over the addresses and ports of <see cref="RandomPackets"/>.</summary>
internal sealed class RandomExpressions(Random random)
{
    private static readonly string[] s_words =
    [
        "tcp", "udp", "icmp", "icmp6", "arp", "ip", "ip6", "sctp", "igmp", "esp", "ip proto 47", "ip6 proto 17", "ip multicast", "ip6 multicast",
        "ether broadcast", "ether multicast", "ether host 02:00:00:00:00:01", "ether src 02:00:00:00:00:02", "ether proto 0x86dd", "vlan", "vlan 5",
        "tcp[tcpflags] & (tcp-syn|tcp-ack) != 0", "tcp[tcpflags] = tcp-rst", "icmp[icmptype] = icmp-echo", "tcp[((tcp[12:1] & 0xf0) >> 2):4] = 0x47455420",
        "ip[6:2] & 0x1fff = 0", "ip[6] & 0x40 != 0", "ether[12:2] = 0x800", "ip6[6] = 6", "ip[0] & 0xf > 5", "(ip[2:2] - ((ip[0] & 0xf) << 2)) % 7 = 3",
        "ip[8] / ip[1] > 2", "ip[8] % ip[1] < 9", "ip[4:2] >> ip[1] = 0", "ip[4:2] << (ip[1] & 31) > 100000", "ip[4:4] ^ ip[12:4] > ip[8:4]", "ip[ip[1]] > 100",
        "ip[2000] = 1", "-ip[8] > 0x80000000", "ip[2:2] * 65537 > 70000000", "ip[8] | 1 = ip[9]", "len > ip[2:2]",
    ];

    /// <summary>An expression; libpcap may refuse it.</summary>
    internal string Next(int depth = 3) => depth == 0 || random.Next(3) == 0
        ? Primitive()
        : random.Next(4) switch
        {
            0 => $"not ({Next(depth - 1)})",
            1 => $"({Next(depth - 1)}) or ({Next(depth - 1)})",
            _ => $"({Next(depth - 1)}) and ({Next(depth - 1)})",
        };

    private string Primitive() => random.Next(8) switch
    {
        0 => $"{Direction()}host {Address()}",
        1 => $"{Direction()}net {Network()}",
        2 => $"{Pick("", "tcp ", "udp ")}{Direction()}port {Port()}",
        3 => $"{Pick("", "tcp ", "udp ")}{Direction()}portrange {Pick("1-100", "400-1200", "1500-65535")}",
        4 => $"{Pick("greater", "less")} {random.Next(200)}",
        5 => $"{Pick("tcp", "udp", "icmp", "arp", "ip", "ip6")} and {Direction()}host {Address()}",
        _ => s_words[random.Next(s_words.Length)],
    };

    private string Address() => random.Next(2) == 0 ? RandomPackets.Ipv4[random.Next(RandomPackets.Ipv4.Length)] : RandomPackets.Ipv6[random.Next(RandomPackets.Ipv6.Length)];

    private string Network() => Pick("10.0.0.0/8", "10.0.0.0/30", "192.168.0.0/16", "0.0.0.0/0", "2001:db8::/32", "2001:db8::2/127", "fe80::/10", "10.0.0.0 mask 255.0.0.0");

    private string Direction() => Pick("", "", "src ", "dst ", "src or dst ", "src and dst ");

    private string Port() => RandomPackets.Ports[random.Next(RandomPackets.Ports.Length)].ToString(CultureInfo.InvariantCulture);

    private string Pick(params string[] words) => words[random.Next(words.Length)];
}
