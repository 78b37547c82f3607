using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>The collectors of the program, on this machine and on a tree of files.</summary>
public sealed class CollectorsTests
{
    [Fact]
    public async Task A_tree_of_files_is_shown_instead_of_this_machine()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tree/proc/loadavg", "0.25 0.5 0.75 3/99 1234\n");
        folder.Write("tree/proc/meminfo", "MemTotal: 4 kB\nbad\n");
        folder.Write("tree/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "1\n");
        // These want the kernel's symbols, and the kinds of memory, which the tree has not.
        await using Agent agent = await Agent.StartAsync(folder.Path, "--procfs-prefix", Path.Combine(folder.Path, "tree"), "--disable", "sched_tick", "--disable", "memburst");
        Scrape scrape = await agent.ScrapeAsync();
        Assert.Equal(0.75, Assert.Single(scrape.Samples, sample => sample.Name == "huatuo_load15").Value);
        Assert.Equal(4096, scrape.Sum("huatuo_meminfo_bytes"));
        Assert.Equal(2 << 20, scrape.Sum("huatuo_hugepages_bytes"));
        Assert.Equal(1, scrape.Sum("huatuo_scrape_skipped_lines_total", ("source", "meminfo")));
        Assert.Equal(1, scrape.Sum("huatuo_scrape_collector_success", ("collector", "meminfo")));
        // What the tree does not have is not looked for elsewhere.
        Assert.Equal(1, scrape.Sum("huatuo_tracer_state", ("tracer", "netdev"), ("state", "unsupported")));
        Assert.DoesNotContain(scrape.Samples, sample => sample.Name.StartsWith("huatuo_netdev_", StringComparison.Ordinal));

        // One that loses its file fails alone.
        File.Delete(Path.Combine(folder.Path, "tree/proc/loadavg"));
        scrape = await agent.ScrapeAsync();
        Assert.Equal(0, scrape.Sum("huatuo_scrape_collector_success", ("collector", "loadavg")));
        Assert.Equal(1, scrape.Sum("huatuo_scrape_source_failures_total", ("source", "loadavg")));
        Assert.Equal(4096, scrape.Sum("huatuo_meminfo_bytes"));
    }

    [Fact]
    public async Task A_tree_that_is_none_is_wrong_usage()
    {
        Ending wrong = (await HuatuoProcess.RunAsync("agent", "--procfs-prefix", "/nothing")).Expect(2);
        Assert.Equal("huatuo: --procfs-prefix: there is no folder /nothing/proc", wrong.Error.TrimEnd());
    }

    [Fact]
    public async Task This_machine_is_shown_and_no_collector_fails()
    {
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(folder.Path, "--set", "tracers.diskio.enabled=true", "--set", "tracers.netdev_qdisc.enabled=true");
        await agent.ScrapeAsync();
        Scrape scrape = await agent.ScrapeAsync();
        Assert.All(scrape.Samples.Where(sample => sample.Name == "huatuo_scrape_collector_success"), sample => Assert.True(sample.Value == 1, sample.Series));
        Assert.Equal(0, scrape.Sum("huatuo_scrape_skipped_lines_total"));
        Assert.True(scrape.Sum("huatuo_meminfo_bytes", ("item", "MemTotal")) > 0);
        Assert.True(scrape.Sum("huatuo_cpu_seconds_total") > 0);
    }
}
