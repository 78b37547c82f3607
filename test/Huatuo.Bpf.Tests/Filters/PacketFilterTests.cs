using Huatuo.Bpf.Filters;

namespace Huatuo.Bpf.Tests.Filters;

public sealed class PacketFilterTests
{
    [Theory]
    [InlineData("tcp port 443 and host 10.0.0.1", true, true)]
    [InlineData("ip6 net 2001:db8::/32", true, true)]
    [InlineData("icmp", true, true)]
    [InlineData("arp", false, true)]
    [InlineData("ether host 02:00:00:00:00:01", false, true)]
    [InlineData("vlan 5 and tcp", false, true)]
    public void AnExpressionIsCompiledForThePacketsThatItMakesSenseFor(string expression, bool raw, bool ethernet)
    {
        Assert.True(PacketFilter.TryCompile(expression, out PacketFilter? filter, out string? error), error);
        Assert.Equal((expression, raw, ethernet), (filter.Expression, filter.Raw.Count > 0, filter.Ethernet.Count > 0));
    }

    [Theory]
    [InlineData("tcp prot 443", "can't parse filter expression: syntax error")]
    [InlineData("host 10.0.0.256", "")]
    [InlineData("tcp and udp", "expression rejects all packets")]
    [InlineData("ip6 protochain 6", "libpcap makes a program with a loop of this, which the kernel does not take; write it without protochain")]
    public void WhatLibpcapRefusesIsToldInItsWords(string expression, string message)
    {
        Assert.False(PacketFilter.TryCompile(expression, out PacketFilter? filter, out string? error));
        Assert.Null(filter);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void AFilterWithoutRoomIsRefused()
    {
        string hosts = string.Join(" or ", Enumerable.Range(0, 250).Select(i => $"ip[{i}] = {i}"));
        Assert.False(PacketFilter.TryCompile(hosts, out _, out string? error));
        Assert.Matches("^too long: it takes [0-9]+ instructions, and there is room for 2048$", error);
    }

    [Fact]
    public void WithoutLibpcapTheErrorNamesItsPackage()
    {
        Assert.False(PacketFilter.TryCompile("tcp", ["libhuatuo-absent.so.1"], out _, out string? error));
        Assert.Equal("a filter needs libpcap, which is not installed; on Debian: apt-get install libpcap0.8", error);
    }

    [Fact]
    public void ManyThreadsCompileAtOnce() => Parallel.For(0, 64, i =>
    {
        Assert.True(PacketFilter.TryCompile($"tcp port {i + 1}", out PacketFilter? filter, out _));
        Assert.Contains(filter.Raw, instruction => instruction.K == i + 1);
    });
}
