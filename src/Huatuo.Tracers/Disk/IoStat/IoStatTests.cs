using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Disk.IoStat;

public sealed class IoStatTests
{
    private const string Expected = """
        huatuo_io_stat_container_read_bytes_total{container_id="a",device="vda"} 1
        huatuo_io_stat_container_read_bytes_total{container_id="a",device="8:0"} 10
        huatuo_io_stat_container_written_bytes_total{container_id="a",device="vda"} 2
        huatuo_io_stat_container_written_bytes_total{container_id="a",device="8:0"} 20
        huatuo_io_stat_container_read_requests_total{container_id="a",device="vda"} 3
        huatuo_io_stat_container_read_requests_total{container_id="a",device="8:0"} 30
        huatuo_io_stat_container_write_requests_total{container_id="a",device="vda"} 4
        huatuo_io_stat_container_write_requests_total{container_id="a",device="8:0"} 40
        huatuo_io_stat_container_discarded_bytes_total{container_id="a",device="vda"} 5
        huatuo_io_stat_container_discarded_bytes_total{container_id="a",device="8:0"} 50
        huatuo_io_stat_container_discard_requests_total{container_id="a",device="vda"} 6
        huatuo_io_stat_container_discard_requests_total{container_id="a",device="8:0"} 60
        """;

    [Fact]
    public void V2()
    {
        using var stand = new ContainerStand(isV1: false);
        stand.Link("sys/dev/block/254:0", "../../devices/pci0000:00/block/vda").Add(
            'a', ("io.stat", "254:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6 cost.usage=7\n8:0 rbytes=10 wbytes=20 rios=30 wios=40 dbytes=50 dios=60\n8:16 \nbad\n8:32 rbytes=x\n"));
        Assert.Equal(Expected, stand.Scrape(new IoStatTracer()));
        Assert.Equal(2, stand.Services.Skipped.Count);
    }

    [Fact]
    public void A_disk_that_gets_the_number_of_another_is_called_by_its_own_name()
    {
        using var stand = new ContainerStand(isV1: false);
        const string link = "sys/dev/block/259:5";
        stand.Link(link, "../../devices/nvme2n1").Add('a', ("io.stat", "259:5 rbytes=1\n"));
        Func<string> scrape = stand.Start(new IoStatTracer());
        Assert.Equal("huatuo_io_stat_container_read_bytes_total{container_id=\"a\",device=\"nvme2n1\"} 1", scrape());
        File.Delete(Path.Combine(stand.Root, link));
        stand.Link(link, "../../devices/nvme3n1");
        Assert.Equal("huatuo_io_stat_container_read_bytes_total{container_id=\"a\",device=\"nvme3n1\"} 1", scrape());
    }

    [Fact]
    public void V1()
    {
        using var stand = new ContainerStand(isV1: true);
        stand.Link("sys/dev/block/254:0", "../../devices/pci0000:00/block/vda").Add(
            'a',
            ("blkio/blkio.throttle.io_service_bytes_recursive", "254:0 Read 1\n254:0 Write 2\n254:0 Sync 3\n254:0 Async 0\n254:0 Discard 5\n254:0 Total 8\n8:0 Read 10\n8:0 Write 20\n8:0 Discard 50\nTotal 88\nbad\n"),
            ("blkio/blkio.throttle.io_serviced_recursive", "254:0 Read 3\n254:0 Write 4\n254:0 Discard 6\n8:0 Read 30\n8:0 Write 40\n8:0 Discard 60\nTotal 1\n"));
        Assert.Equal(Expected, stand.Scrape(new IoStatTracer()));
        Assert.Equal(1, stand.Services.Skipped.Count);
    }
}
