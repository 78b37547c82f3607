using System.Text.Json;
using Huatuo.AutoTracing.Tests;
using Huatuo.Flow.Ledger;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>Readings of <c>/proc/diskstats</c> to documents.</summary>
public sealed class IotracingTests : IDisposable
{
    private readonly CollectorStand _tree = new();
    private readonly Dictionary<string, long[]> _disks = [];

    public IotracingTests() => _tree.Write("proc/stat", "procs_blocked 0\n");

    public void Dispose() => _tree.Dispose();

    private AutoTraceStand Start() => new(station => new IotracingTracer(station), _tree.Services, []);

    private void Disk(string name)
    {
        _disks[name] = new long[11];
        Directory.CreateDirectory(Path.Combine(_tree.Root, "sys/block", name));
        Write();
    }

    // 5 s of reading and writing.
    private void Use(string name, long reads, long readBytes, long readMs, long busyMs)
    {
        long[] disk = _disks[name];
        disk[0] += reads;
        disk[2] += readBytes / 512;
        disk[3] += readMs;
        disk[9] += busyMs;
        disk[10] += busyMs * 2;
    }

    private void Write() => _tree.Write("proc/diskstats", string.Concat(_disks.Select((disk, i) => $" 8 {i} {disk.Key} {string.Join(' ', disk.Value)}\n")));

    private void Look(AutoTraceStand stand)
    {
        Write();
        stand.Look();
    }

    /// <summary>Time goes on until the picture is taken.</summary>
    private static async Task<JsonElement> PictureAsync(AutoTraceStand stand)
    {
        Task<JsonElement> next = stand.NextAsync();
        while (!next.IsCompleted)
        {
            stand.Time.Advance(TimeSpan.FromMilliseconds(100));
            // On a busy machine the picture would else have no turn before the cool-down is over.
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        return await next;
    }

    [Fact]
    public async Task A_disk_that_is_busy_at_two_looks_gives_one_document()
    {
        Disk("sda");
        _tree.Write("proc/7/io", "rchar: 100\nwchar: 0\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n").Write("proc/7/comm", "reader\n");
        await using AutoTraceStand stand = Start();
        Look(stand);
        Use("sda", 1000, 512_000_000, 20_000, 4750);
        Look(stand);
        Assert.Equal(0, stand.Definition.Counts.Triggers);
        Use("sda", 1000, 512_000_000, 20_000, 4750);
        Look(stand);
        JsonElement data = (await PictureAsync(stand)).GetProperty("tracer_data");
        Assert.Equal(
            """{"type":"io_util","device":"sda","major_num":8,"minor_num":0,"iostatus":{"read_bps":102400000,"read_iops":200,"read_await":20,"write_bps":0,"write_iops":0,"write_await":0,"io_util":95,"queue_size":1.9},"summary":"sda: io_util 95 > 90"}""",
            data.GetProperty("reason_snapshot").GetRawText());
        Assert.Equal("[]", data.GetProperty("process_file_io_stats").GetRawText());
        Assert.Equal(1, stand.Definition.Counts.Captures);
    }

    [Theory]
    [InlineData("nvme0n1", 1000, 512_000_000, 20_000, 5000, false)]
    [InlineData("nvme0n1", 1000, 12_000_000_000, 20_000, 5000, true)]
    [InlineData("nvme0n1", 10, 5120, 1010, 10, true)]
    [InlineData("sda", 10, 5120, 1000, 4500, false)]
    [InlineData("md0", 1000, 12_000_000_000, 200_000, 5000, false)]
    public async Task What_is_too_much_depends_on_the_disk(string disk, long reads, long bytes, long readMs, long busyMs, bool isTold)
    {
        Disk(disk);
        await using AutoTraceStand stand = Start();
        for (int look = 0; look < 3; look++)
        {
            Look(stand);
            Use(disk, reads, bytes, readMs, busyMs);
        }
        if (isTold)
            await PictureAsync(stand);
        await stand.EndAsync();
        Assert.Equal(isTold, stand.Definition.Counts.Triggers > 0);
    }

    [Fact]
    public async Task Counters_that_begin_anew_give_none()
    {
        Disk("sda");
        Use("sda", 1000, 512_000, 20_000, 50_000);
        await using AutoTraceStand stand = Start();
        for (int look = 0; look < 4; look++)
        {
            Look(stand);
            _disks["sda"] = new long[11];
            Use("sda", 1000, 512_000, 20_000, 50_000 - 10_000 * (look + 1));
        }
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task Disks_cool_down_on_their_own()
    {
        Disk("sda");
        Disk("sdb");
        await using AutoTraceStand stand = Start();
        for (int look = 0; look < 3; look++)
        {
            Look(stand);
            Use("sda", 1000, 512, 20, 5000);
        }
        Assert.Equal("sda", Device(await PictureAsync(stand)));
        for (int look = 0; look < 4; look++)
        {
            Look(stand);
            Use("sda", 1000, 512, 20, 5000);
            Use("sdb", 1000, 512, 20, 5000);
        }
        Assert.Equal("sdb", Device(await PictureAsync(stand)));
        Assert.True(stand.Ledger.Suppressed(SuppressReason.Cooldown) > 0);
    }

    private static string? Device(JsonElement document) => document.GetProperty("tracer_data").GetProperty("reason_snapshot").GetProperty("device").GetString();
}
