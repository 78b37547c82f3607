using System.Diagnostics;
using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>A process that writes and syncs on a disk of its own.</summary>
public sealed class IotracingKernelTests
{
    [Fact]
    public async Task Who_keeps_a_disk_busy_is_told_with_the_file()
    {
        using var disk = new LoopDisk();
        var options = new IotracingOptions
        {
            Interval = TimeSpan.FromMilliseconds(500),
            CaptureTime = TimeSpan.FromSeconds(1),
            UtilThreshold = 0,
            MaxProcDump = 1000,
            MaxFilesPerProcDump = 1,
        };
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new IotracingTracer(AutoTraceStation.Of(TimeProvider.System)), options);
        await using var cgroup = new MemoryCgroup();
        string file = Path.Combine(disk.Folder, "written");
        Process writer = cgroup.Start($"exec perl -MIO::Handle -e 'open F, q(>), q({file}); while (1) {{ syswrite F, q(x) x 65536; F->sync; sysseek F, 65536, 0 if sysseek(F, 0, 1) > 1 << 25; select undef, undef, undef, 0.02 }}'");
        JsonElement document = await tracer.Sink.WaitAsync(
            candidate => Snapshot(candidate).GetProperty("device").GetString() == disk.Name && Process(candidate, writer.Id) is { } told && told.GetProperty("total_files").GetArrayLength() > 0,
            "a busy disk");
        writer.Kill();
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        await tracer.StopAsync();

        JsonElement process = Process(document, writer.Id)!.Value;
        Assert.Equal("perl", process.GetProperty("comm").GetString());
        Assert.True(process.GetProperty("total_disk_write_bps").GetDouble() > 0, process.GetRawText());
        Assert.True(process.GetProperty("total_fs_write_bps").GetDouble() > 0, process.GetRawText());
        Assert.Equal(1, process.GetProperty("total_file_count").GetInt32());
        JsonElement told = process.GetProperty("total_files")[0];
        Assert.Equal((file, disk.Name, disk.Minor, false), (
            told.GetProperty("path").GetString(), told.GetProperty("dev_name").GetString(), told.GetProperty("minor").GetInt32(), told.GetProperty("is_direct").GetBoolean()));
        Assert.True(told.GetProperty("fs_write_bps").GetDouble() > 0);
        JsonElement status = Snapshot(document).GetProperty("iostatus");
        ExpectedDocument expected = new ExpectedDocument()
            .Envelope(document, "iotracing", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Is("tracer_data.reason_snapshot.type", "io_util")
            .Is("tracer_data.reason_snapshot.device", disk.Name)
            .Is("tracer_data.reason_snapshot.major_num", 7)
            .Is("tracer_data.reason_snapshot.minor_num", disk.Minor)
            .Matches("tracer_data.reason_snapshot.summary", $"{disk.Name}: io_util [0-9.]+ > 0")
            .Holds("tracer_data.capture_duration_ns", "a second or more", time => long.Parse(time) >= 1_000_000_000)
            .Holds("tracer_data.process_file_io_stats", "processes", _ => true)
            .Holds("tracer_data.io_schedule_timeout_stacks", "stacks", _ => true);
        foreach (JsonProperty value in status.EnumerateObject())
            expected.Holds($"tracer_data.reason_snapshot.iostatus.{value.Name}", "no negative number", number => double.Parse(number) >= 0);
        expected.Check(document);
        Assert.Equal(["read_bps", "read_iops", "read_await", "write_bps", "write_iops", "write_await", "io_util", "queue_size"], status.EnumerateObject().Select(value => value.Name));
        Assert.True(status.GetProperty("write_iops").GetDouble() > 0);
        Balance.Check(tracer);
    }

    private static JsonElement Snapshot(JsonElement document) => document.GetProperty("tracer_data").GetProperty("reason_snapshot");

    private static JsonElement? Process(JsonElement document, int pid) =>
        document.GetProperty("tracer_data").GetProperty("process_file_io_stats").EnumerateArray()
            .Where(process => process.GetProperty("pid").GetInt32() == pid).Select(process => (JsonElement?)process).FirstOrDefault();
}
