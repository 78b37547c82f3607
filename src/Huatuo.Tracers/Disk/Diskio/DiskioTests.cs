using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Disk.Diskio;

public sealed class DiskioTests
{
    [Fact]
    public void EveryNumberOfADisk()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/diskstats", """
               7       0 loop0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
             254       0 vda 118279 25582 4605546 87768 47453 40349 8053080 54149 2 55812 167189 27396 12 2492480 24368 2790 903
               8       1 sda1 1 2 3 4 5 6 7 8 9 10 11

            """);
        Assert.Equal("""
            huatuo_diskio_read_requests_total{device="vda"} 118279
            huatuo_diskio_read_requests_total{device="sda1"} 1
            huatuo_diskio_reads_merged_total{device="vda"} 25582
            huatuo_diskio_reads_merged_total{device="sda1"} 2
            huatuo_diskio_read_bytes_total{device="vda"} 2358039552
            huatuo_diskio_read_bytes_total{device="sda1"} 1536
            huatuo_diskio_read_time_seconds_total{device="vda"} 87.768
            huatuo_diskio_read_time_seconds_total{device="sda1"} 0.004
            huatuo_diskio_write_requests_total{device="vda"} 47453
            huatuo_diskio_write_requests_total{device="sda1"} 5
            huatuo_diskio_writes_merged_total{device="vda"} 40349
            huatuo_diskio_writes_merged_total{device="sda1"} 6
            huatuo_diskio_written_bytes_total{device="vda"} 4123176960
            huatuo_diskio_written_bytes_total{device="sda1"} 3584
            huatuo_diskio_write_time_seconds_total{device="vda"} 54.149
            huatuo_diskio_write_time_seconds_total{device="sda1"} 0.008
            huatuo_diskio_io_in_progress{device="vda"} 2
            huatuo_diskio_io_in_progress{device="sda1"} 9
            huatuo_diskio_io_time_seconds_total{device="vda"} 55.812
            huatuo_diskio_io_time_seconds_total{device="sda1"} 0.01
            huatuo_diskio_io_weighted_time_seconds_total{device="vda"} 167.189
            huatuo_diskio_io_weighted_time_seconds_total{device="sda1"} 0.011
            huatuo_diskio_discard_requests_total{device="vda"} 27396
            huatuo_diskio_discards_merged_total{device="vda"} 12
            huatuo_diskio_discarded_bytes_total{device="vda"} 1276149760
            huatuo_diskio_discard_time_seconds_total{device="vda"} 24.368
            huatuo_diskio_flush_requests_total{device="vda"} 2790
            huatuo_diskio_flush_time_seconds_total{device="vda"} 0.903
            """, stand.Scrape(new DiskioTracer()));
        Assert.Equal(0, stand.Services.Skipped.Count);
    }

    [Fact]
    public void DisksAreChosenAndBadLinesCounted()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/diskstats", " 7 0 loop0 1 1 1 1 1 1 1 1 1 1 1\n 8 0 sda 1 1 1\n 8 0\n 8 16 sdb 1 1 1 1 1 1 1 1 1 1 1\n");
        Assert.StartsWith(
            "huatuo_diskio_read_requests_total{device=\"loop0\"} 1\nhuatuo_diskio_reads_merged_total", stand.Scrape(new DiskioTracer(), "device_included=loop", "device_excluded="), StringComparison.Ordinal);
        Assert.Equal(2, stand.Services.Skipped.Count);
    }
}
