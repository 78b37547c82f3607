using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.MemoryVmstat;

public sealed class MemoryVmstatTests
{
    private const string Vmstat = """
        nr_free_pages 3084163
        nr_written 77
        nr_dirty 12
        pgfault 900
        allocstall_normal 4
        workingset_nodes 5
        numa_pte_updates_total 9

        """;

    [Fact]
    public void TheChosenOnes()
    {
        using var stand = new CollectorStand();
        Assert.Equal("""
            huatuo_vmstat_events_total{event="pgfault"} 900
            huatuo_vmstat_events_total{event="allocstall_normal"} 4
            huatuo_vmstat_level{item="nr_free_pages"} 3084163
            huatuo_vmstat_level{item="nr_dirty"} 12
            """, stand.Write("proc/vmstat", Vmstat).Scrape(new MemoryVmstatTracer()));
    }

    [Fact]
    public void AllButSome()
    {
        using var stand = new CollectorStand();
        Assert.Equal("""
            huatuo_vmstat_events_total{event="nr_written"} 77
            huatuo_vmstat_events_total{event="pgfault"} 900
            huatuo_vmstat_events_total{event="allocstall_normal"} 4
            huatuo_vmstat_level{item="nr_dirty"} 12
            huatuo_vmstat_level{item="workingset_nodes"} 5
            """, stand.Write("proc/vmstat", Vmstat).Scrape(new MemoryVmstatTracer(), "included_on_host=", "excluded_on_host=total|free"));
    }

    [Fact]
    public void ManyItemsAreBoundedAndBadLinesCounted()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/vmstat", string.Concat(Enumerable.Range(0, 1003).Select(i => $"event{i} 2\n")) + "bad\nworse 1x\n");
        string page = stand.Scrape(new MemoryVmstatTracer(), "included_on_host=");
        Assert.EndsWith("{event=\"event999\"} 2\nhuatuo_vmstat_events_total{event=\"other\"} 6", page, StringComparison.Ordinal);
        Assert.Equal(2, stand.Services.Skipped.Count);
    }
}
