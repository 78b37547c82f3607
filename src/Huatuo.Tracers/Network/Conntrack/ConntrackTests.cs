using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.Conntrack;

public sealed class ConntrackTests
{
    [Fact]
    public void EntriesLimitAndWhatWasRefused()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/sys/net/netfilter/nf_conntrack_count", "1234\n")
            .Write("proc/sys/net/netfilter/nf_conntrack_max", "262144\n")
            .Write("proc/net/stat/nf_conntrack", "entries  clashres drop early_drop\n000004d2  00000001 0000000a 00000000\n000004d2  00000000 00000001 00000002\n");
        Assert.Equal("""
            huatuo_conntrack_entries 1234
            huatuo_conntrack_limit 262144
            huatuo_conntrack_events_total{event="clashres"} 1
            huatuo_conntrack_events_total{event="drop"} 11
            huatuo_conntrack_events_total{event="early_drop"} 2
            """, stand.Scrape(new ConntrackTracer()));
    }

    [Fact]
    public void WithoutTheModuleThereIsNothing()
    {
        using var stand = new CollectorStand();
        Assert.Equal("", stand.Scrape(new ConntrackTracer()));
        Assert.Equal(0, stand.Services.Skipped.Count);
    }
}
