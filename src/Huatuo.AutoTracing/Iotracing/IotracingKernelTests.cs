using System.Diagnostics;
using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;

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
        Process writer = cgroup.Start(Syncing(file));
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
        Assert.Equal(new FileInfo(file).Exists, told.GetProperty("inode").GetInt64() > 0);
        // Each is synced, by the process itself or by whoever writes back meanwhile.
        Assert.True(told.GetProperty("fs_write_bps").GetDouble() > 0 && told.GetProperty("disk_write_bps").GetDouble() > 0, told.GetRawText());
        Assert.Equal(0, told.GetProperty("disk_read_bps").GetDouble());
        AssertTimes(told);
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
            .Holds("tracer_data.io_schedule_timeout_stacks", "stacks", _ => true)
            .Holds("tracer_data.other_disk_read_bps", "no negative number", rate => double.Parse(rate) >= 0)
            // The journal.
            .Holds("tracer_data.other_disk_write_bps", "more than 0", rate => double.Parse(rate) > 0)
            .Is("tracer_data.files_lost", 0)
            .Holds("tracer_data.flamedata", "the disk, by who writes to it", rows => rows.Contains($"[disk {disk.Name}]", StringComparison.Ordinal) && rows.Contains("\"perl\"", StringComparison.Ordinal) && rows.Contains("[write]", StringComparison.Ordinal))
            .Holds("tracer_data.capture.duration_ns", "a second or more", time => long.Parse(time) >= 1_000_000_000)
            .Matches("tracer_data.capture.samples", @"[1-9]\d*")
            .Is("tracer_data.capture.lost", 0)
            .Is("tracer_data.capture.omitted", 0);
        foreach (JsonProperty value in status.EnumerateObject())
            expected.Holds($"tracer_data.reason_snapshot.iostatus.{value.Name}", "no negative number", number => double.Parse(number) >= 0);
        expected.Check(document);
        Assert.Equal(["read_bps", "read_iops", "read_await", "write_bps", "write_iops", "write_await", "io_util", "queue_size"], status.EnumerateObject().Select(value => value.Name));
        Assert.True(status.GetProperty("io_util").GetDouble() > 0);
        Balance.Check(tracer);
    }

    [Fact]
    public async Task Files_have_what_was_read_of_the_disk_past_the_cache_and_through_memory()
    {
        using var disk = new LoopDisk();
        string direct = Path.Combine(disk.Folder, "direct"), mapped = Path.Combine(disk.Folder, "in a folder/mapped");
        Directory.CreateDirectory(Path.GetDirectoryName(mapped)!);
        foreach (string file in (string[])[direct, mapped])
            await File.WriteAllBytesAsync(file, new byte[Length], TestContext.Current.CancellationToken);
        Command.Run("", "sync", direct, mapped);
        await using var reader = new CompiledProgram("reader", Reader(direct, mapped));
        Process process = await reader.StartAsync();
        IFileWatch? watch = new FileWatches().TryStart(new BlockStack(7u << 20 | (uint)disk.Minor, new Dictionary<string, uint>()), out string? lacking);
        Assert.True(lacking is null, lacking);
        WatchedFiles seen;
        using (watch)
        {
            await CompiledProgram.NextAsync(process, "read");
            seen = watch!.End();
        }
        WatchedFile[] own = [.. seen.Files.Where(file => file.Pid == process.Id).OrderBy(file => file.Path, StringComparer.Ordinal)];
        Assert.Equal(["/direct", "/in a folder/mapped"], own.Select(file => file.Path));
        Assert.All(own, file => Assert.Equal((7u << 20 | (uint)disk.Minor, 0UL, 0UL), (file.Device, file.Value.WrittenBytes, file.Value.DiskWrittenBytes)));
        IofilesValue past = own[0].Value, through = own[1].Value;
        Assert.Equal(((ulong)Length, (ulong)Length, Length / Piece), (past.ReadBytes, past.DiskReadBytes, (int)past.Direct));
        Assert.Equal((0UL, (ulong)Length, 0UL), (through.ReadBytes, through.DiskReadBytes, through.Direct));
        foreach (WatchedFile file in own)
        {
            FileIoStats stats = FileIoStats.Of(file, file.Path, 1);
            Assert.True(stats.Disk is { Queued: { } queued, Dispatched: { } dispatched } && queued.Mean <= queued.Longest && dispatched.Mean <= dispatched.Longest && dispatched.Longest <= queued.Longest && dispatched.Longest > TimeSpan.Zero, stats.ToString());
        }
        Assert.Equal((0L, new FileInfo(mapped).Length), (seen.Lost, (long)Length));
    }

    [Fact]
    public async Task What_the_kernel_writes_back_is_told_of_who_wrote_it()
    {
        using var disk = new LoopDisk();
        string file = Path.Combine(disk.Folder, "written");
        await using var writer = new CompiledProgram("writer", Writer(file));
        Process process = await writer.StartAsync();
        IFileWatch? watch = new FileWatches().TryStart(new BlockStack(7u << 20 | (uint)disk.Minor, new Dictionary<string, uint>()), out string? lacking);
        Assert.True(lacking is null, lacking);
        WatchedFiles seen;
        using (watch)
        {
            await CompiledProgram.NextAsync(process, "written");
            Command.Run("", "sync", "--file-system", file);
            seen = watch!.End();
        }
        WatchedFile own = Assert.Single(seen.Files, one => one.Path == "/written");
        Assert.Equal((process.Id, (ulong)Length, (ulong)Length, 0UL, 0UL), (own.Pid, own.Value.WrittenBytes, own.Value.DiskWrittenBytes, own.Value.DiskReadBytes, own.Value.Direct));
        // Its directory and the journal.
        Assert.True(seen.Other.DiskWrittenBytes > 0);
    }

    [Fact]
    [Trait("kernels", "all")]
    public async Task What_lies_on_a_busy_disk_has_no_picture_of_its_own_and_its_files_are_told()
    {
        await using MappedDisk mapped = await MappedDisk.MakeAsync();
        var options = new IotracingOptions { Interval = TimeSpan.FromMilliseconds(500), CaptureTime = TimeSpan.FromSeconds(1), UtilThreshold = 0, MaxProcDump = 1000 };
        await using CountedLooks looks = await CountedLooks.StartAsync(station => new IotracingTracer(station), options);
        await using var cgroup = new MemoryCgroup();
        string file = Path.Combine(mapped.Folder, "written");
        Process writer = cgroup.Start(Syncing(file));
        JsonElement document = await looks.Tracer.Sink.WaitAsync(candidate => Process(candidate, writer.Id) is { } told && told.GetProperty("total_files").GetArrayLength() > 0, "a busy disk");
        const int more = 10;
        await looks.PassAsync(more);
        writer.Kill();
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        (int major, int minor) = mapped.Number;
        string name = mapped.Name;
        await looks.Tracer.StopAsync();

        Assert.Equal([mapped.Disk], looks.Tracer.Sink.Documents.Select(told => Snapshot(told).GetProperty("device").GetString()).Where(device => device == mapped.Disk || device == name));
        JsonElement written = Process(document, writer.Id)!.Value.GetProperty("total_files")[0];
        Assert.Equal((file, mapped.Disk, major, minor), (
            written.GetProperty("path").GetString(), written.GetProperty("dev_name").GetString(), written.GetProperty("major").GetInt32(), written.GetProperty("minor").GetInt32()));
        Assert.True(written.GetProperty("fs_write_bps").GetDouble() > 0 && written.GetProperty("disk_write_bps").GetDouble() > 0, written.GetRawText());
        AssertTimes(written);
        Balance.Check(looks.Tracer);
    }

    [Fact]
    [Trait("kernels", "all")]
    public async Task What_goes_to_a_disk_through_what_lies_on_it_is_counted_once()
    {
        await using MappedDisk mapped = await MappedDisk.MakeAsync();
        string file = Path.Combine(mapped.Folder, "written");
        await using var writer = new CompiledProgram("writer", Writer(file));
        Process process = await writer.StartAsync();
        (int major, int minor) = mapped.Number;
        var stack = BlockStack.Of(SystemRoots.Host, new DiskLoad(mapped.Disk, 7, uint.Parse(mapped.Disk["loop".Length..])));
        Assert.Equal([KeyValuePair.Create(mapped.Name, KernelDevice.Of((uint)major, (uint)minor))], stack.Above);
        IFileWatch? watch = new FileWatches().TryStart(stack, out string? lacking);
        Assert.True(lacking is null, lacking);
        WatchedFiles seen;
        using (watch)
        {
            await CompiledProgram.NextAsync(process, "written");
            Command.Run("", "sync", "--file-system", file);
            seen = watch!.End();
        }
        WatchedFile own = Assert.Single(seen.Files, one => one.Path == "/written");
        Assert.Equal(((ulong)Length, (ulong)Length), (own.Value.WrittenBytes, own.Value.DiskWrittenBytes));
    }

    private const int Length = 8 << 20, Piece = 64 << 10;

    // Over and over, 32 MiB of it.
    private static string Syncing(string file) =>
        $"exec perl -MIO::Handle -e 'open F, q(>), q({file}); while (1) {{ syswrite F, q(x) x 65536; F->sync; sysseek F, 65536, 0 if sysseek(F, 0, 1) > 1 << 25; select undef, undef, undef, 0.02 }}'";

    private static string Writer(string file) => $$"""
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <unistd.h>
        int main(void)
        {
            char *buffer = calloc(1, {{Piece}});
            int file = open("{{file}}", O_WRONLY | O_CREAT, 0600);
            puts("ready");
            fflush(stdout);
            getchar();
            for (long at = 0; at < {{Length}}; at += {{Piece}})
                if (pwrite(file, buffer, {{Piece}}, at) != {{Piece}})
                    return 2;
            puts("written");
            fflush(stdout);
            getchar();
        }
        """;

    // The cache is emptied of it first.
    private static string Reader(string direct, string mapped) => $$"""
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <unistd.h>
        int main(void)
        {
            char *buffer;
            int direct = open("{{direct}}", O_RDONLY | O_DIRECT), file = open("{{mapped}}", O_RDONLY);
            if (direct < 0 || file < 0 || posix_memalign((void **)&buffer, 4096, {{Piece}}))
                return 1;
            posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
            puts("ready");
            fflush(stdout);
            getchar();
            for (long at = 0; at < {{Length}}; at += {{Piece}})
                if (pread(direct, buffer, {{Piece}}, at) != {{Piece}})
                    return 2;
            volatile char *memory = mmap(NULL, {{Length}}, PROT_READ, MAP_PRIVATE, file, 0);
            for (long at = 0; at < {{Length}}; at += 4096)
                memory[at];
            puts("read");
            fflush(stdout);
            getchar();
        }
        """;

    private static void AssertTimes(JsonElement file)
    {
        foreach (string time in (string[])["q2c_us", "d2c_us"])
            Assert.InRange(file.GetProperty(time).GetInt64(), 0, file.GetProperty("max_" + time).GetInt64());
        Assert.True(file.GetProperty("max_d2c_us").GetInt64() <= file.GetProperty("max_q2c_us").GetInt64(), file.GetRawText());
    }

    private static JsonElement Snapshot(JsonElement document) => document.GetProperty("tracer_data").GetProperty("reason_snapshot");

    private static JsonElement? Process(JsonElement document, int pid) =>
        document.GetProperty("tracer_data").GetProperty("process_file_io_stats").EnumerateArray()
            .Where(process => process.GetProperty("pid").GetInt32() == pid).Select(process => (JsonElement?)process).FirstOrDefault();
}
