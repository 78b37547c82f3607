using System.Text;

namespace Huatuo.Tracers.Network.Dropwatch;

public sealed class DropReasonsTests
{
    private static readonly DropReasons s_reasons = new(
        new Dictionary<uint, string> { [0] = "SKB_NOT_DROPPED_YET", [2] = "SKB_DROP_REASON_NOT_SPECIFIED", [3] = "SKB_DROP_REASON_NO_SOCKET" },
        new Dictionary<uint, string> { [0] = "SKB_DROP_REASON_SUBSYS_CORE", [1] = "SKB_DROP_REASON_SUBSYS_MAC80211_UNUSABLE", [3] = "SKB_DROP_REASON_SUBSYS_OPENVSWITCH", [9] = "SKB_DROP_REASON_MASK" });

    [Theory]
    [InlineData(0u, "SKB_NOT_DROPPED_YET", "")]
    [InlineData(2u, "NOT_SPECIFIED", "")]
    [InlineData(3u, "NO_SOCKET", "")]
    [InlineData(77u, "REASON_77", "")]
    [InlineData(0x10001u, "REASON_1", "mac80211_unusable")]
    [InlineData(0x30002u, "REASON_2", "openvswitch")]
    [InlineData(0x90002u, "REASON_2", "")]
    [InlineData(0x7fff0002u, "REASON_2", "")]
    [InlineData(uint.MaxValue, "NOT_SUPPORTED", "")]
    public void NamesAndGroups(uint reason, string name, string group)
    {
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(name, Encoding.UTF8.GetString(s_reasons.Name(reason)));
            Assert.Equal(group, Encoding.UTF8.GetString(s_reasons.Group(reason)));
        }
    }

    [Fact]
    public void NumbersByName()
    {
        Assert.True(s_reasons.TryNumber("no_socket", out uint reason));
        Assert.Equal(3u, reason);
        Assert.False(s_reasons.TryNumber("SKB_DROP_REASON_NO_SOCKET", out _));
        Assert.False(s_reasons.TryNumber("REASON_77", out _));
        Assert.Equal(["NOT_SPECIFIED", "NO_SOCKET", "SKB_NOT_DROPPED_YET"], s_reasons.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AKernelWithoutReasons()
    {
        var none = new DropReasons(new Dictionary<uint, string>(), new Dictionary<uint, string>());
        Assert.Equal("NOT_SUPPORTED", Encoding.UTF8.GetString(none.Name(uint.MaxValue)));
        Assert.True(none.Group(uint.MaxValue).IsEmpty);
        Assert.Empty(none.Names);
    }
}
