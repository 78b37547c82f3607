using System.IO.Compression;
using Huatuo.Store.LocalFile;
using Huatuo.Store.Tests.Files;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Store.Tests.LocalFile;

public sealed class RetentionTests
{
    [Fact]
    public async Task Rotated_files_are_compressed_while_others_are_rotated()
    {
        await using var stand = new SinkStand(rotateBytes: 50_000, rotateCount: 200, compress: true);
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 5000; i++)
        {
            channel.Accept(Numbered.Document(i, 300));
            if (i % 500 == 0)
                await SinkStand.Settled(ledger);
        }
        await SinkStand.Settled(ledger);
        await SinkStand.Until(() => Plain(stand).Count == 0, "files are not compressed");
        Assert.Equal(Numbered.Range(0, 4999), ReadCompressedChain(stand.File("oom")));
        Assert.All(Directory.GetFiles(stand.Directory, "*.gz"), file => Assert.InRange(new FileInfo(file).Length, 1, 25_000));
        Assert.False(File.Exists(stand.File("oom") + ".unfinished"));
        Assert.Empty(stand.Log);
    }

    [Fact]
    public async Task Other_sizes_and_ages_hold_without_a_start()
    {
        await using var stand = new SinkStand(rotateCount: 200);
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 40; i++)
            channel.Accept(Numbered.Document(i, 100));
        await SinkStand.Settled(ledger);
        Assert.Equal(Numbered.Range(0, 39), Numbered.Read(stand.File("oom")));
        stand.Sink.Change(stand.Options with { Bounds = stand.Options.Bounds with { RotateBytes = 1015 }, Compress = true });
        for (int i = 40; i < 60; i++)
        {
            channel.Accept(Numbered.Document(i, 100));
            await SinkStand.Settled(ledger);
        }
        await SinkStand.Until(() => Plain(stand).Count == 0, "files are not compressed");
        Assert.Equal(Numbered.Range(0, 59), ReadCompressedChain(stand.File("oom")));
        Assert.Equal(3, Directory.GetFiles(stand.Directory).Length);
        stand.Sink.Change(stand.Options with { Bounds = stand.Options.Bounds with { RotateBytes = 1015, MaxBytes = 1 } });
        await SinkStand.Until(() => Directory.GetFiles(stand.Directory).Length == 1, "rotated files stay");
        Assert.Equal((60, 0), (ledger.Stored, SinkStand.Dropped(ledger)));
        Assert.Empty(stand.Log);
    }

    [Fact]
    public async Task A_tracer_with_bounds_of_its_own_is_held_to_them_and_the_others_are_not()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var stand = new SinkStand(rotateBytes: 1015, rotateCount: 6, time: time);
        var (one, ledger) = stand.Open("oom");
        var (other, otherLedger) = stand.Open("dropwatch");
        stand.Sink.Change(stand.Options with { Tracers = new Dictionary<string, LocalFileBounds> { ["oom"] = new() { RotateBytes = 2030, RotateCount = 2 } } });
        for (int i = 0; i < 100; i++)
        {
            one.Accept(Numbered.Document(i, 100));
            other.Accept(Numbered.Document(i, 100));
            await SinkStand.Settled(ledger);
            await SinkStand.Settled(otherLedger);
        }
        Assert.Equal(["dropwatch.jsonl", "dropwatch.jsonl.1", "dropwatch.jsonl.2", "dropwatch.jsonl.3", "dropwatch.jsonl.4", "dropwatch.jsonl.5", "dropwatch.jsonl.6", "oom.jsonl", "oom.jsonl.1", "oom.jsonl.2"], Names());
        Assert.InRange(new FileInfo(stand.File("oom") + ".1").Length, 1016, 2030);
        Assert.InRange(new FileInfo(stand.File("dropwatch") + ".1").Length, 1, 1015);
        // The thread that removes is there for this one alone.
        stand.Sink.Change(stand.Options with { Tracers = new Dictionary<string, LocalFileBounds> { ["dropwatch"] = new() { RotateBytes = 1015, RotateCount = 6, MaxBytes = 3 * 1015 } } });
        await SinkStand.Until(() => Names().Length == 7, "files of the tracer stay");
        Assert.Equal(["dropwatch.jsonl", "dropwatch.jsonl.1", "dropwatch.jsonl.2", "dropwatch.jsonl.3", "oom.jsonl", "oom.jsonl.1", "oom.jsonl.2"], Names());
        File.SetLastWriteTimeUtc(stand.File("oom") + ".2", time.GetUtcNow().UtcDateTime.AddHours(-2));
        File.SetLastWriteTimeUtc(stand.File("dropwatch") + ".3", time.GetUtcNow().UtcDateTime.AddHours(-2));
        stand.Sink.Change(stand.Options with { Tracers = new Dictionary<string, LocalFileBounds> { ["oom"] = new() { RotateBytes = 1015, RotateCount = 6, MaxAge = TimeSpan.FromHours(1) } } });
        await SinkStand.Until(() => Names().Length == 6, "old files of the tracer stay");
        Assert.Equal(["dropwatch.jsonl", "dropwatch.jsonl.1", "dropwatch.jsonl.2", "dropwatch.jsonl.3", "oom.jsonl", "oom.jsonl.1"], Names());
        Assert.Empty(stand.Log);

        string[] Names() => [.. Directory.GetFiles(stand.Directory).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Bounds_of_a_tracer_that_cannot_be_change_nothing()
    {
        await using var stand = new SinkStand();
        Assert.Throws<ArgumentOutOfRangeException>(() => stand.Sink.Change(stand.Options with { Tracers = new Dictionary<string, LocalFileBounds> { ["oom"] = new() { RotateCount = 0 } } }));
    }

    [Fact]
    public async Task The_count_holds_for_compressed_files_and_the_oldest_goes()
    {
        await using var stand = new SinkStand(rotateBytes: 1015, rotateCount: 3, compress: true);
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 100; i++)
        {
            channel.Accept(Numbered.Document(i, 100));
            await SinkStand.Settled(ledger);
        }
        await SinkStand.Until(() => Plain(stand).Count == 0, "files are not compressed");
        Assert.Equal(4, Directory.GetFiles(stand.Directory).Length);
        List<long> numbers = ReadCompressedChain(stand.File("oom"));
        Assert.Equal(Numbered.Range(numbers[0], 99), numbers);
        Assert.InRange(numbers.Count, 31, 40);
    }

    [Fact]
    public async Task What_a_dead_process_left_is_compressed_at_the_next_start()
    {
        await using var stand = new SinkStand(rotateBytes: 1015, compress: true);
        Directory.CreateDirectory(stand.Directory);
        File.WriteAllText(stand.File("oom") + ".1", "{\"n\":2}\n");
        File.WriteAllText(stand.File("oom") + ".2", "{\"n\":1}\n");
        File.WriteAllText(stand.File("oom") + ".unfinished", "torn");
        stand.Open("oom");
        await SinkStand.Until(() => Plain(stand).Count == 0, "files are not compressed");
        Assert.Equal([1, 2], ReadCompressedChain(stand.File("oom")));
        Assert.Equal(2, Directory.GetFiles(stand.Directory).Length);
    }

    [Fact]
    public async Task The_oldest_go_when_all_are_too_large()
    {
        await using var stand = new SinkStand(rotateBytes: 10_000, rotateCount: 100, maxBytes: 35_000);
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 2000; i++)
            channel.Accept(Numbered.Document(i, 100));
        await SinkStand.Settled(ledger);
        await SinkStand.Until(() => Rotated(stand).Count <= 3, "the oldest stay");
        List<long> numbers = Numbered.ReadChain(stand.File("oom"));
        Assert.Equal(Numbered.Range(numbers[0], 1999), numbers);
        Assert.Equal(3, Rotated(stand).Count);
    }

    [Fact]
    public async Task A_file_goes_when_its_last_line_is_too_old()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var stand = new SinkStand(rotateBytes: 1015, rotateCount: 100, maxAgeSeconds: 3600, time: time);
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 35; i++)
            channel.Accept(Numbered.Document(i, 100));
        await SinkStand.Settled(ledger);
        Assert.Equal(Numbered.Range(0, 34), Numbered.ReadChain(stand.File("oom")));

        time.Advance(TimeSpan.FromHours(2));
        channel.Accept(Numbered.Document(35, 100));
        await SinkStand.Settled(ledger);
        await SinkStand.Until(() => Directory.GetFiles(stand.Directory).Length == 1, "old files stay");
        Assert.Equal([35], Numbered.Read(stand.File("oom")));
    }

    [Fact]
    public async Task A_full_disk_leaves_the_file_as_it_was_and_it_is_compressed_later()
    {
        using var disk = new SmallDisk(kib: 512);
        string ballast = disk.Fill(leaveKib: 64);
        await using var stand = new SinkStand(Path.Combine(disk.Path, "events"), rotateBytes: 30_000, compress: true);
        Directory.CreateDirectory(stand.Directory);
        byte[] noise = new byte[60_000];
        new Random(1).NextBytes(noise);
        File.WriteAllBytes(stand.File("oom") + ".1", noise);
        var (channel, ledger) = stand.Open("oom");
        await SinkStand.Until(() => stand.Log.Any(line => line.StartsWith("cannot compress rotated files: ", StringComparison.Ordinal)), "the full disk is not told");
        Assert.Equal(noise, File.ReadAllBytes(stand.File("oom") + ".1"));
        Assert.False(File.Exists(stand.File("oom") + ".unfinished"));

        File.Delete(ballast);
        for (int i = 0; i < 200; i++)
            channel.Accept(Numbered.Document(i, 300));
        await SinkStand.Settled(ledger);
        await SinkStand.Until(() => Plain(stand).Count == 0, "files are not compressed");
        Assert.Equal(200, ledger.Stored);
    }

    private static List<string> Plain(SinkStand stand) =>
        [.. Rotated(stand).Where(file => !file.EndsWith(".gz", StringComparison.Ordinal))];

    private static List<string> Rotated(SinkStand stand) =>
        [.. Directory.GetFiles(stand.Directory).Where(file => !file.EndsWith(".jsonl", StringComparison.Ordinal))];

    private static List<long> ReadCompressedChain(string path)
    {
        string plain = Path.GetTempFileName();
        List<long> numbers = [];
        for (int i = 1000; i > 0; i--)
        {
            if (!File.Exists($"{path}.{i}.gz"))
                continue;
            using (var compressed = new GZipStream(File.OpenRead($"{path}.{i}.gz"), CompressionMode.Decompress))
            using (FileStream output = File.Create(plain))
                compressed.CopyTo(output);
            numbers.AddRange(Numbered.Read(plain));
        }
        File.Delete(plain);
        if (File.Exists(path))
            numbers.AddRange(Numbered.Read(path));
        return numbers;
    }
}
