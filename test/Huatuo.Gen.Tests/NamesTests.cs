namespace Huatuo.Gen.Tests;

public sealed class NamesTests
{
    [Theory]
    [InlineData("tcp_retrans", "TcpRetrans")]
    [InlineData("ipv6", "Ipv6")]
    [InlineData("SOFT_IRQ", "SoftIrq")]
    [InlineData("__skb", "Skb")]
    [InlineData("_1x", "_1x")]
    [InlineData("_", "_")]
    public void Pascal(string c, string expected) => Assert.Equal(expected, Names.Pascal(c));

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("a\"; b")]
    public void PascalTakesOnlyIdentifiers(string name) => Assert.Throws<InvalidDataException>(() => Names.Pascal(name));

    [Theory]
    [InlineData("TcpRetrans", "tcp_retrans")]
    [InlineData("Tcp6Retrans", "tcp6_retrans")]
    [InlineData("OOMKill", "oom_kill")]
    [InlineData("Oom", "oom")]
    public void Snake(string pascal, string expected) => Assert.Equal(expected, Names.Snake(pascal));
}
