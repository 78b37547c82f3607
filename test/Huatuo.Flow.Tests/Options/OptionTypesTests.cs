using System.Net;
using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tests.Options;

public sealed class OptionTypesTests
{
    private static readonly OptionType<int> Percent = OptionTypes.Integer(1, 100);

    private enum Transport { Auto, Ring, Perf }

    private static OptionType<Transport> Transports { get; } =
        OptionTypes.Choice(("auto", Transport.Auto), ("ringbuf", Transport.Ring), ("perf", Transport.Perf));

    private static T Read<T>(OptionType<T> type, ConfigNode node)
    {
        Assert.True(type.TryParse(node, out T? value, out string? error), error);
        Assert.Null(error);
        return value;
    }

    private static T Read<T>(OptionType<T> type, string text) => Read(type, Tree.Scalar(text));

    private static string Error<T>(OptionType<T> type, ConfigNode node)
    {
        Assert.False(type.TryParse(node, out _, out string? error));
        return error;
    }

    private static string Error<T>(OptionType<T> type, string text) => Error(type, Tree.Scalar(text));

    [Fact]
    public void Booleans()
    {
        Assert.True(Read(OptionTypes.Boolean, "true"));
        Assert.False(Read(OptionTypes.Boolean, "false"));
        Assert.Equal("expected true or false, found 'yes'", Error(OptionTypes.Boolean, "yes"));
        Assert.Equal("true", OptionTypes.Boolean.Format(true));
    }

    [Fact]
    public void EveryScalarRefusesOtherKindsOfNodes()
    {
        Assert.Equal("expected true or false, found a mapping", Error(OptionTypes.Boolean, Tree.Map()));
        Assert.Equal("expected a port from 0 to 65535, found a list", Error(OptionTypes.Port, Tree.List("1")));
        Assert.Equal("expected text (\"\" for none), found no value", Error(OptionTypes.Text, Tree.Null));
        Assert.Equal("expected a whole number from 1 to 100, found no value", Error(Percent, new ConfigScalar(Tree.Here, "~")));
    }

    [Fact]
    public void Patterns()
    {
        Assert.Equal("^(lo|veth\\w*)$", Read(OptionTypes.Pattern, "^(lo|veth\\w*)$"));
        Assert.Equal("", Read(OptionTypes.Pattern, ""));
        Assert.StartsWith("expected a regular expression (\"\" for none), found '('; Invalid pattern '('", Error(OptionTypes.Pattern, "("), StringComparison.Ordinal);
        foreach (string text in new[] { "(?=a)", "(a)\\1" })
            Assert.EndsWith("; it is too large, or has look-around, back references or atomic groups, which are not possible", Error(OptionTypes.Pattern, text), StringComparison.Ordinal);
        Assert.EndsWith("; it is longer than 4096 characters", Error(OptionTypes.Pattern, new string('a', 4097)), StringComparison.Ordinal);
    }

    [Fact]
    public void Integers()
    {
        Assert.Equal(1, Read(Percent, "1"));
        Assert.Equal(100, Read(Percent, "100"));
        foreach (string text in new[] { "0", "101", "-1", "1.0", "0x10", "1e1", " 1", "99999999999999999999", "NaN" })
            Assert.Equal($"expected a whole number from 1 to 100, found '{text}'", Error(Percent, text));
        Assert.Equal(ulong.MaxValue, Read(OptionTypes.Integer(0UL, ulong.MaxValue), "18446744073709551615"));
        Assert.Equal("expected a whole number from 0 to 10, found '-1'", Error(OptionTypes.Integer<uint>(0, 10), "-1"));
        Assert.Equal("-5", OptionTypes.Integer(-9L, 9L).Format(-5));
    }

    [Fact]
    public void Numbers()
    {
        OptionType<double> share = OptionTypes.Number(0, 1.5);
        Assert.Equal(0.25, Read(share, "0.25"));
        Assert.Equal(0.001, Read(share, "1e-3"));
        foreach (string text in new[] { "1.6", "-0.1", "NaN", "Infinity", "1,0", "" })
            Assert.Equal($"expected a number from 0 to 1.5, found '{text}'", Error(share, text));
        Assert.Equal(0.1 + 0.2, Read(share, share.Format(0.1 + 0.2)));
    }

    [Theory]
    [InlineData("500us", 5_000)]
    [InlineData("500ms", 5_000_000)]
    [InlineData("10s", 100_000_000)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData("5m", 3_000_000_000)]
    [InlineData("1h", 36_000_000_000)]
    [InlineData("0s", 0)]
    public void Durations(string text, long ticks) => Assert.Equal(ticks, Read(OptionTypes.Duration, text).Ticks);

    [Theory]
    [InlineData("10")]
    [InlineData("10 s")]
    [InlineData("-1s")]
    [InlineData("10001h")]
    [InlineData("1d")]
    [InlineData("0.01us")]
    public void DurationsRefused(string text) => Assert.Equal(
        $"expected a duration such as 500ms, 10s or 5m, up to 10000h, found '{text}'", Error(OptionTypes.Duration, text));

    [Fact]
    public void DurationsWithinBounds()
    {
        OptionType<TimeSpan> type = OptionTypes.DurationBetween(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(90));
        Assert.Equal("expected a duration from 10ms to 90m, found '5ms'", Error(type, "5ms"));
        Assert.Equal("expected a duration from 10ms to 90m, found '2h'", Error(type, "2h"));
    }

    [Fact]
    public void DurationsReadTheSame()
    {
        var random = new Random(2);
        for (int i = 0; i < 10_000; i++)
        {
            var value = new TimeSpan(random.NextInt64(TimeSpan.TicksPerHour * 10_000) >> random.Next(50));
            Assert.Equal(value, Read(OptionTypes.Duration, OptionTypes.Duration.Format(value)));
        }

        Assert.Equal("0.3us", OptionTypes.Duration.Format(new TimeSpan(3)));
        Assert.Equal("90s", OptionTypes.Duration.Format(TimeSpan.FromSeconds(90)));
    }

    [Fact]
    public void Sizes()
    {
        OptionType<ByteSize> type = OptionTypes.Bytes(ByteSize.KiB(4), ByteSize.GiB(1));
        Assert.Equal(ByteSize.MiB(8), Read(type, "8MiB"));
        const string Expected = "expected a size from 4KiB to 1GiB, in bytes or with KiB, MiB, GiB, KB, MB or GB, found";
        Assert.Equal($"{Expected} '4095'", Error(type, "4095"));
        Assert.Equal($"{Expected} '2GiB'", Error(type, "2GiB"));
        Assert.Equal($"{Expected} '8M'", Error(type, "8M"));
        Assert.Equal("512KiB", type.Format(ByteSize.KiB(512)));
    }

    [Fact]
    public void Choices()
    {
        Assert.Equal(Transport.Perf, Read(Transports, "perf"));
        Assert.Equal("ringbuf", Transports.Format(Transport.Ring));
        Assert.Equal("expected one of auto, ringbuf, perf, found 'ringbuff'; did you mean 'ringbuf'?", Error(Transports, "ringbuff"));
        Assert.Equal("expected one of auto, ringbuf, perf, found 'netlink'", Error(Transports, "netlink"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Transports.Format((Transport)9));
    }

    [Fact]
    public void Lists()
    {
        OptionType<IReadOnlyList<ushort>> ports = OptionTypes.List(OptionTypes.Port);
        Assert.Equal([80, 443], Read(ports, Tree.List("80", "443")));
        Assert.Equal([80], Read(ports, "80"));
        Assert.Empty(Read(ports, Tree.List(Array.Empty<ConfigNode>())));
        Assert.Equal([80, 443], Read(ports, Tree.Argument("80, 443")));
        Assert.Empty(Read(ports, Tree.Argument("")));
        Assert.Equal("expected a port from 0 to 65535, found '80,443'", Error(ports, "80,443"));
        Assert.Equal("item 2: expected a port from 0 to 65535, found 'http'", Error(ports, Tree.List("80", "http")));
        Assert.Equal("item 2: expected a port from 0 to 65535, found ''", Error(ports, Tree.Argument("80,")));
        Assert.Equal("expected a list, each item a port from 0 to 65535, found a mapping; write [] for an empty list", Error(ports, Tree.Map()));
        Assert.Equal("expected a list, each item a port from 0 to 65535, found no value; write [] for an empty list", Error(ports, Tree.Null));
        Assert.Equal("item 1: expected a port from 0 to 65535, found a list", Error(ports, Tree.List(Tree.List("1"), Tree.Scalar("2"))));
        Assert.Equal("[80, 443]", ports.Format([80, 443]));
        Assert.Equal("[]", ports.Format([]));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3", "10.1.2.3/32")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("::1", "\"::1/128\"")]
    public void Networks(string text, string written) =>
        Assert.Equal(written, OptionTypes.Network.Format(Read(OptionTypes.Network, text)));

    [Theory]
    [InlineData("10.1.2.3/8", "; did you mean '10.0.0.0/8'?")]
    [InlineData("10.1.2.3/31", "; did you mean '10.1.2.2/31'?")]
    [InlineData("2001:db8:1::/33", "; did you mean '2001:db8::/33'?")]
    [InlineData("10.0.0.0/33", "")]
    [InlineData("10.0.0.0/-1", "")]
    [InlineData("10.0.0.0/", "")]
    [InlineData("10.0.0", "")]
    [InlineData("010.0.0.1", "")]
    [InlineData("1", "")]
    [InlineData("0x7f.1", "")]
    [InlineData("fe80::1%eth0", "")]
    [InlineData("[::1]", "")]
    [InlineData("example.org", "")]
    [InlineData("", "")]
    public void NetworksRefused(string text, string hint) => Assert.Equal(
        $"expected an address or a network such as 10.0.0.0/8 or 2001:db8::/32, found '{text}'{hint}",
        Error(OptionTypes.Network, text));

    [Theory]
    [InlineData("127.0.0.1:19704", "127.0.0.1:19704")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("[::1]:80", "\"[::1]:80\"")]
    public void Endpoints(string text, string written) =>
        Assert.Equal(written, OptionTypes.Endpoint.Format(Read(OptionTypes.Endpoint, text)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData(":80")]
    [InlineData("::1")]
    [InlineData("::1:80")]
    [InlineData("[::1]")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("localhost:80")]
    public void EndpointsRefused(string text) => Assert.Equal(
        $"expected an address and a port such as 127.0.0.1:19704 or [::1]:19704, found '{text}'",
        Error(OptionTypes.Endpoint, text));

    [Fact]
    public void Paths()
    {
        Assert.Equal("data", Read(OptionTypes.Path, "data"));
        Assert.Equal("expected a path such as /var/lib/huatuo, found ''", Error(OptionTypes.Path, ""));
        Assert.Equal("expected a path such as /var/lib/huatuo, found 'a\\u0000b'", Error(OptionTypes.Path, "a\0b"));
    }

    [Fact]
    public void MessagesShowForeignTextOnOneLineAndCut()
    {
        Assert.Equal("expected true or false, found 'a\\u000ab'", Error(OptionTypes.Boolean, "a\nb"));
        Assert.Equal($"expected true or false, found '{new string('x', 64)}…'", Error(OptionTypes.Boolean, new string('x', 65)));
    }

    [Fact]
    public void EndpointIsTheAddressAndThePort() =>
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 80), Read(OptionTypes.Endpoint, "[::1]:80"));
}
