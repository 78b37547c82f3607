using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.NetdevRdmaLink;

public sealed class NetdevRdmaLinkTests
{
    [Fact]
    public void EveryCounterOfEveryPort()
    {
        using var stand = new CollectorStand();
        Func<string> scrape = stand.Write("sys/class/infiniband/mlx5_0/node_guid", "0c42:a103:00b3:bd40\n")
            .Write("sys/class/infiniband/mlx5_0/ports/1/hw_counters/out_of_sequence", "7\n")
            .Write("sys/class/infiniband/mlx5_0/ports/1/hw_counters/lifespan", "10\n")
            .Write("sys/class/infiniband/mlx5_0/ports/1/hw_counters/broken", "N/A (no PMA)\n")
            .Start(new NetdevRdmaLinkTracer());
        const string first = """
            huatuo_rdma_device_info{device="mlx5_0",node_guid="0c42:a103:00b3:bd40"} 1
            huatuo_rdma_events_total{device="mlx5_0",port="1",event="out_of_sequence"} 7
            """;
        Assert.Equal(first, scrape());
        Assert.Equal(1, stand.Services.Skipped.Count);

        stand.Write("sys/class/infiniband/rxe0/node_guid", "1\n").Write("sys/class/infiniband/rxe0/ports/1/hw_counters/sent_pkts", "3\n");
        Assert.Equal("huatuo_rdma_events_total{device=\"rxe0\",port=\"1\",event=\"sent_pkts\"} 3", scrape().Split('\n')[^1]);
    }

    [Fact]
    public void WithoutDevicesThereIsNothing()
    {
        using var stand = new CollectorStand();
        Assert.Equal("", stand.Scrape(new NetdevRdmaLinkTracer()));
    }
}
