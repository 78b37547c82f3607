using System.Net;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.Dropwatch;

public sealed class DropwatchOptionsTests
{
    private static readonly Position s_here = new("t.yaml", 1, 1);

    private static ConfigScalar Word(string text) => new(s_here, text, isQuoted: text.Length == 0);

    private static ConfigSequence List(params string[] items) => new(s_here, [.. items.Select(Word)]);

    private static ConfigMapping Section(params (string Key, ConfigNode Value)[] entries) =>
        new(s_here, [.. entries.Select(entry => new ConfigEntry(entry.Key, s_here, entry.Value))]);

    private static DropwatchOptions Bind(ConfigNode? section)
    {
        var diagnostics = new Diagnostics();
        DropwatchOptions options = DropwatchOptions.Keys.Bind(section, diagnostics, "tracers.dropwatch");
        Assert.Equal("", diagnostics.ToString());
        return options;
    }

    [Fact]
    public void Defaults()
    {
        DropwatchOptions options = Bind(null);
        Assert.True(options.Enabled);
        Assert.Equal((TracerOptions.Auto, Transport.Auto, ByteSize.MiB(1), 100u), (options.Hook, options.Transport, options.RingBytes, options.MaxEventsPerSecond));
        Assert.Equal([PacketProtocol.Tcp], options.Protocols);
        Assert.Empty(options.Ports);
        Assert.Empty(options.Addresses);
        Assert.Empty(options.Devices);
        Assert.Empty(options.DevicesExcluded);
        Assert.Empty(options.Reasons);
        Assert.Null(options.Filter);
    }

    [Fact]
    public void EveryKeyBinds()
    {
        DropwatchOptions options = Bind(Section(
            ("enabled", Word("false")),
            ("hook", Word("tp/skb/kfree_skb")),
            ("transport", Word("perf")),
            ("ring_bytes", Word("64KiB")),
            ("max_events_per_second", Word("0")),
            ("protocols", List("tcp", "udp", "icmp", "icmpv6", "arp", "other")),
            ("ports", List("0", "443", "65535")),
            ("addresses", List("10.0.0.0/8", "192.0.2.1", "2001:db8::/32")),
            ("devices", List("eth0")),
            ("devices_excluded", List("lo", "docker0")),
            ("reasons", Word("NO_SOCKET")),
            ("filter", Word("tcp port 443 and host 10.0.0.1"))));
        Assert.False(options.Enabled);
        Assert.Equal(("tp/skb/kfree_skb", Transport.Perf, ByteSize.KiB(64), 0u), (options.Hook, options.Transport, options.RingBytes, options.MaxEventsPerSecond));
        Assert.Equal([PacketProtocol.Tcp, PacketProtocol.Udp, PacketProtocol.Icmp, PacketProtocol.Icmpv6, PacketProtocol.Arp, PacketProtocol.Other], options.Protocols);
        Assert.Equal([0, 443, 65535], options.Ports);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.0.2.1/32"), IPNetwork.Parse("2001:db8::/32")], options.Addresses);
        Assert.Equal(["eth0"], options.Devices);
        Assert.Equal(["lo", "docker0"], options.DevicesExcluded);
        Assert.Equal(["NO_SOCKET"], options.Reasons);
        Assert.Equal("tcp port 443 and host 10.0.0.1", options.Filter!.Expression);
        Assert.Equal(12, DropwatchOptions.Keys.Keys.Count);
    }

    [Theory]
    [InlineData("enabled", "yes", "expected true or false, found 'yes'")]
    [InlineData("transport", "ring", "expected one of auto, ringbuf, perf, found 'ring'")]
    [InlineData("ring_bytes", "1KiB", "expected a size from 4KiB to 1GiB, in bytes or with KiB, MiB, GiB, KB, MB or GB, found '1KiB'")]
    [InlineData("max_events_per_second", "-1", "expected a whole number from 0 to 4294967295, found '-1'")]
    [InlineData("protocols", "icmp6", "expected one of tcp, udp, icmp, icmpv6, arp, other, found 'icmp6'; did you mean 'icmp'?")]
    [InlineData("ports", "65536", "expected a port from 0 to 65535, found '65536'")]
    [InlineData("addresses", "10.0.0.1/8", "expected an address or a network such as 10.0.0.0/8 or 2001:db8::/32, found '10.0.0.1/8'; did you mean '10.0.0.0/8'?")]
    [InlineData("filter", "tcp prot 443", "can't parse filter expression: syntax error; found 'tcp prot 443'")]
    [InlineData("filter", "tcp and udp", "expression rejects all packets; found 'tcp and udp'")]
    [InlineData("reason", "NO_SOCKET", "unknown key; did you mean 'reasons'?")]
    public void BadValuesAreErrors(string key, string value, string error)
    {
        var diagnostics = new Diagnostics();
        DropwatchOptions options = DropwatchOptions.Keys.Bind(Section((key, Word(value))), diagnostics, "tracers.dropwatch");
        Assert.Equal($"t.yaml:1:1: tracers.dropwatch.{key}: {error}", diagnostics.ToString());
        Assert.Equal(Bind(null).Protocols, options.Protocols);
    }
}
