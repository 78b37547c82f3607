using System.Text;
using Huatuo.Linux.Netlink;

namespace Huatuo.Linux.Tests.Netlink;

public sealed class LinkMessageTests
{
    // RTM_NEWLINK, sequence 7, of a veth "v0" with index 5 which is up and has a carrier.
    private static readonly byte[] s_datagram = Convert.FromHexString(
        "40000000" + "1000" + "0000" + "07000000" + "00000000"
        + "00000100" + "05000000" + "43100100" + "00000000"
        + "07000300" + "76300000"
        + "0a000100" + "020000000001" + "0000"
        + "0c001280" + "08000100" + "76746800");

    [Fact]
    public void EveryFieldIsRead()
    {
        ReadOnlySpan<byte> rest = s_datagram;
        Assert.True(NetlinkMessage.TryNext(ref rest, out NetlinkMessage message));
        Assert.Equal((NetlinkMessage.NewLink, 7u, 0), (message.Type, message.Sequence, rest.Length));
        Assert.True(LinkMessage.TryRead(message.Payload, out LinkMessage link));
        Assert.Equal((0, 5, "v0", "020000000001", "vth"), (link.Family, link.Index, Encoding.UTF8.GetString(link.Name), Convert.ToHexStringLower(link.Address), Encoding.UTF8.GetString(link.Kind)));
        Assert.Equal((true, true, false), (link.IsAdminUp, link.IsCarrierUp, link.IsLoopback));
    }

    [Fact]
    public void WhatIsCutOffIsNoMessage()
    {
        for (int length = 0; length < s_datagram.Length; length++)
        {
            ReadOnlySpan<byte> rest = s_datagram.AsSpan(0, length);
            Assert.False(NetlinkMessage.TryNext(ref rest, out _), $"{length} bytes");
        }
    }

    [Fact]
    public void AnyBytesAreAMessageOrNone()
    {
        int read = 0;
        for (int seed = 0; seed < 100_000; seed++)
        {
            ReadOnlySpan<byte> rest = Mutation.Of(s_datagram, seed);
            while (NetlinkMessage.TryNext(ref rest, out NetlinkMessage message))
                if (LinkMessage.TryRead(message.Payload, out LinkMessage link))
                {
                    Assert.True(link.Index > 0);
                    read++;
                }
        }
        Assert.InRange(read, 1_000, 99_000);
    }
}
