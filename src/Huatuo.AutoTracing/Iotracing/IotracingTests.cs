using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
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
    private static async Task<JsonElement> PictureAsync(AutoTraceStand stand, Action? meanwhile = null)
    {
        Task<JsonElement> next = stand.NextAsync();
        while (!next.IsCompleted)
        {
            stand.Time.Advance(TimeSpan.FromMilliseconds(100));
            // On a busy machine the picture would else have no turn before the cool-down is over.
            await Task.Delay(1, TestContext.Current.CancellationToken);
            if (stand.Flames.Target is null)
                continue;
            // It has begun.
            meanwhile?.Invoke();
            meanwhile = null;
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
        Assert.Equal((1, 0, 0), (stand.Definition.Counts.Captures, stand.Definition.Counts.Failures, stand.Files.Open));
    }

    [Fact]
    public async Task Files_have_what_the_kernel_saw_under_the_path_that_their_process_sees()
    {
        const uint disk = 8 << 20, partition = disk | 1;
        Disk("sda");
        _tree.Write("sys/block/sda/sda1/partition", "1\n").Write("sys/block/sda/sda1/dev", "8:1\n");
        _tree.Write("proc/7/io", "rchar: 100\nread_bytes: 0\n").Write("proc/7/comm", "db\n").Write("proc/7/mountinfo", "36 35 8:1 / /mnt\\040a rw - ext4 /dev/sda1 rw\n37 35 8:1 /data /var/lib/db rw - ext4 /dev/sda1 rw\n");
        _tree.Write("proc/7/fdinfo/3", "pos:\t0\nflags:\t0100000\nmnt_id:\t36\nino:\t12\n").Link("proc/7/fd/3", "/mnt a/a/very/long/path");
        _tree.Write("proc/9/comm", "kworker/u8:1\n");
        await using AutoTraceStand stand = Start();
        var value = new IofilesValue
        {
            ReadBytes = 1_000_000,
            WrittenBytes = 2_000_000,
            DiskReadBytes = 3_000_000,
            DiskWrittenBytes = 5_000_000,
            Queued = 4,
            QueuedNs = 8_000_000,
            MaxQueuedNs = 5_000_000,
            Dispatched = 2,
            DispatchedNs = 3_000_000,
            MaxDispatchedNs = 2_500_000,
            Direct = 1,
        };
        stand.Files.Seen = new WatchedFiles(
            [
                new WatchedFile(7, partition, 11, "/data/table", value),
                new WatchedFile(7, partition, 12, "…/very/long/path", new IofilesValue { ReadBytes = 10_000 }),
                new WatchedFile(7, partition, 13, "/elsewhere", new IofilesValue { WrittenBytes = 20_000 }),
                new WatchedFile(9, disk, 14, "", new IofilesValue { DiskWrittenBytes = 50_000, Queued = 1, QueuedNs = 1000, MaxQueuedNs = 1000 }),
            ],
            new IofilesValue { DiskWrittenBytes = 70_000 }, 3);
        for (int look = 0; look < 3; look++)
        {
            Look(stand);
            Use("sda", 1000, 512_000_000, 20_000, 4750);
        }
        JsonElement data = (await PictureAsync(stand)).GetProperty("tracer_data");
        Assert.Equal(disk, stand.Files.Stack?.Disk);
        Assert.Equal([disk, partition], stand.Files.Stack!.Devices.Order());
        Assert.Equal(
            """
            [{"pid":7,"comm":"db","container_hostname":"","total_fs_read_bps":1010000,"total_fs_write_bps":2020000,"total_disk_read_bps":3000000,"total_disk_write_bps":5000000,"total_files":[{"major":8,"minor":1,"dev_name":"sda","inode":11,"path":"/var/lib/db/table","is_direct":true,"fs_read_bps":1000000,"fs_write_bps":2000000,"disk_read_bps":3000000,"disk_write_bps":5000000,"q2c_us":2000,"max_q2c_us":5000,"d2c_us":1500,"max_d2c_us":2500},{"major":8,"minor":1,"dev_name":"sda","inode":13,"path":"/mnt a/elsewhere","is_direct":false,"fs_read_bps":0,"fs_write_bps":20000,"disk_read_bps":0,"disk_write_bps":0},{"major":8,"minor":1,"dev_name":"sda","inode":12,"path":"/mnt a/a/very/long/path","is_direct":false,"fs_read_bps":10000,"fs_write_bps":0,"disk_read_bps":0,"disk_write_bps":0}],"total_file_count":3},
            {"pid":9,"comm":"kworker/u8:1","container_hostname":"","total_fs_read_bps":0,"total_fs_write_bps":0,"total_disk_read_bps":0,"total_disk_write_bps":50000,"total_files":[{"major":8,"minor":0,"dev_name":"sda","inode":14,"path":"","is_direct":false,"fs_read_bps":0,"fs_write_bps":0,"disk_read_bps":0,"disk_write_bps":50000,"q2c_us":1,"max_q2c_us":1}],"total_file_count":1}]
            """.Replace("\n", "", StringComparison.Ordinal),
            Bytes(data, data.GetProperty("process_file_io_stats").GetRawText()));
        Assert.Equal("{\"other_disk_write_bps\":70000}", Bytes(data, $"{{\"other_disk_write_bps\":{data.GetProperty("other_disk_write_bps").GetRawText()}}}"));
        Assert.Equal((0, 3), (data.GetProperty("other_disk_read_bps").GetDouble(), data.GetProperty("files_lost").GetInt32()));
        Assert.False(data.TryGetProperty("files_error", out _));
    }

    [Fact]
    public async Task Without_what_the_kernel_saw_files_are_told_by_their_positions()
    {
        Disk("sda");
        _tree.Write("proc/7/io", "rchar: 100\nread_bytes: 0\n").Write("proc/7/comm", "cat\n").Write("proc/7/mountinfo", "36 35 8:0 / / rw - ext4 /dev/sda rw\n");
        _tree.Write("proc/7/fdinfo/3", "pos:\t100\nflags:\t0100000\nmnt_id:\t36\nino:\t12\n").Link("proc/7/fd/3", "/file");
        await using AutoTraceStand stand = Start();
        stand.Files.Seen = null;
        for (int look = 0; look < 3; look++)
        {
            Look(stand);
            Use("sda", 1000, 512_000_000, 20_000, 4750);
        }
        JsonElement data = (await PictureAsync(stand, () =>
        {
            _tree.Write("proc/7/io", "rchar: 20100\nread_bytes: 0\n");
            _tree.Write("proc/7/fdinfo/3", "pos:\t20100\nflags:\t0100000\nmnt_id:\t36\nino:\t12\n");
        })).GetProperty("tracer_data");
        Assert.Equal(
            """[{"pid":7,"comm":"cat","container_hostname":"","total_fs_read_bps":20000,"total_fs_write_bps":0,"total_disk_read_bps":0,"total_disk_write_bps":0,"total_files":[{"major":8,"minor":0,"dev_name":"sda","inode":12,"path":"/file","is_direct":false,"fs_read_bps":20000}],"total_file_count":1}]""",
            Bytes(data, data.GetProperty("process_file_io_stats").GetRawText()));
        Assert.Equal("needs another kernel", data.GetProperty("files_error").GetString());
        Assert.False(data.TryGetProperty("other_disk_read_bps", out _));
        Assert.Equal(1, stand.Definition.Counts.Failures);
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

    [Fact]
    public async Task What_lies_on_a_disk_is_that_disk_s_picture_and_what_is_slow_of_itself_its_own()
    {
        const uint disk = 8 << 20, partition = disk | 1, volume = 253 << 20, crypt = volume | 1;
        foreach (string name in (string[])["sda", "dm-1", "dm-0"])
            Disk(name);
        _tree.Write("sys/block/sda/sda1/partition", "1\n").Write("sys/block/sda/sda1/dev", "8:1\n").Write("sys/block/dm-0/dev", "253:0\n").Write("sys/block/dm-1/dev", "253:1\n");
        _tree.Link("sys/block/sda/sda1/holders/dm-0", "../../../dm-0").Link("sys/block/dm-0/holders/dm-1", "../../dm-1");
        await using AutoTraceStand stand = Start();
        void Pass(params string[] busy)
        {
            foreach (string name in busy)
                Use(name, 1000, 512, 20, name == "sda" ? 4600 : 5000);
            Look(stand);
        }

        Look(stand);
        // Seen first on what lies on it.
        Pass("dm-1", "dm-0");
        Pass("dm-1", "dm-0", "sda");
        Assert.Equal(0, stand.Definition.Counts.Triggers);
        Pass("dm-1", "dm-0", "sda");
        Assert.Equal("sda", Device(await PictureAsync(stand)));
        Assert.Equal([disk, partition, volume, crypt], stand.Files.Stack!.Devices);
        // The disk is below its threshold by now.
        Pass("dm-1", "dm-0");
        Pass("dm-1", "dm-0");
        Assert.Equal((1, 1), (stand.Definition.Counts.Captures, stand.Ledger.Suppressed(SuppressReason.Cooldown)));
        stand.Time.Advance(new IotracingOptions().Cooldown);
        Pass("dm-1", "dm-0");
        Pass("dm-1", "dm-0");
        Assert.Equal("dm-0", Device(await PictureAsync(stand)));
        Assert.Equal(["dm-1"], stand.Files.Stack.Above.Keys);
    }

    // With bytes instead of bytes a second: how far time went on meanwhile is not exact.
    private static string Bytes(JsonElement data, string json)
    {
        double seconds = data.GetProperty("capture_duration_ns").GetInt64() / 1e9;
        return Regex.Replace(json, @"(?<=_bps"":)[0-9.E+-]+", rate => Math.Round(double.Parse(rate.Value, CultureInfo.InvariantCulture) * seconds).ToString(CultureInfo.InvariantCulture));
    }

    private static string? Device(JsonElement document) => document.GetProperty("tracer_data").GetProperty("reason_snapshot").GetProperty("device").GetString();
}
