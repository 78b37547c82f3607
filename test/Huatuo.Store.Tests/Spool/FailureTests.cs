using Huatuo.Flow.Ledger;
using Huatuo.Store.Spool;
using Huatuo.Store.Tests.Files;
using Huatuo.Store.Tests.LocalFile;

namespace Huatuo.Store.Tests.Spool;

public sealed class FailureTests
{
    [Fact]
    public async Task At_the_bound_the_oldest_documents_are_dropped_and_counted()
    {
        using TemporaryDirectory folder = SpoolStand.Temporary();
        await using var stand = new SpoolStand(folder.Path, maxBytes: 256 << 10);
        for (long n = 0; n < 2000; n += 100)
        {
            stand.Accept("oom", Numbered.Range(n, n + 99), bytes: 1000);
            await stand.KeptAsync();
            Assert.InRange(stand.Queue.Segments.Bytes, 0, (256 << 10) + (110 << 10));
            stand.AssertBalanced();
        }
        long dropped = stand.Ledger("oom").Dropped(SinkStage.Spool);
        Assert.InRange(dropped, 1600, 1900);
        Assert.Equal(Numbered.Range(dropped, 1999), stand.DeliverNumbers());
        Assert.Equal((2000 - dropped, 0), (stand.Ledger("oom").Stored, stand.Ledger("oom").Pending));
        Assert.Equal(["server: the spool has reached 262144 bytes; its oldest documents are dropped"], stand.Log);
    }

    [Fact]
    public async Task What_is_being_delivered_is_not_dropped()
    {
        using TemporaryDirectory folder = SpoolStand.Temporary();
        await using var stand = new SpoolStand(folder.Path, maxBytes: 256 << 10);
        stand.Accept("oom", Numbered.Range(0, 99), bytes: 1000);
        await stand.KeptAsync();
        SpoolBatch batch = stand.Queue.Reader.TryRead(1 << 20, 10)!;
        for (long n = 100; n < 2000; n += 100)
        {
            stand.Accept("oom", Numbered.Range(n, n + 99), bytes: 1000);
            await stand.KeptAsync();
        }
        stand.AssertBalanced();
        foreach (SpooledDocument document in batch.Documents)
            stand.Queue.Segments.Store(batch.Segment!, document.Tracer, 1);
        stand.Queue.Reader.Acknowledge(batch);
        List<long> numbers = [.. stand.DeliverNumbers()];
        Assert.Equal(Numbered.Range(10, 99), numbers.Take(90));
        long dropped = stand.Ledger("oom").Dropped(SinkStage.Spool);
        Assert.Equal(Numbered.Range(100 + dropped, 1999), numbers.Skip(90));
        stand.AssertBalanced();
        Assert.Equal(0, stand.Ledger("oom").Pending);
    }

    [Fact]
    public async Task The_number_of_segments_is_bounded_too()
    {
        using TemporaryDirectory folder = SpoolStand.Temporary();
        for (ulong number = 1; number <= 300; number++)
        {
            byte[] document = Numbered.Document((long)number);
            byte[] record = new byte[SpoolRecord.Length(3, document.Length)];
            SpoolRecord.Write(record, "oom"u8, document);
            await File.WriteAllBytesAsync(new Segment(folder.Path, number).Path, record, TestContext.Current.CancellationToken);
        }
        await using var stand = new SpoolStand(folder.Path, maxBytes: 256 << 10);
        stand.Accept("oom", Numbered.Range(301, 301));
        await stand.KeptAsync();
        Assert.Equal(256, stand.Segments.Count());
        Assert.Equal((300, 45), (stand.Ledger("oom").Recovered, stand.Ledger("oom").Dropped(SinkStage.Spool)));
        Assert.Equal(Numbered.Range(46, 301), stand.DeliverNumbers());
        stand.AssertBalanced();
    }

    [Fact]
    public async Task A_full_disk_is_counted_and_left_behind_when_there_is_room()
    {
        using var disk = new SmallDisk(kib: 2048);
        await using var stand = new SpoolStand(Path.Combine(disk.Path, "spool"), queueBytes: 64 << 10);
        long number = 0;
        stand.Accept("oom", [number++]);
        await stand.KeptAsync();
        string ballast = disk.Fill(leaveKib: 64);
        SinkLedger ledger = stand.Ledger("oom");
        await SinkStand.Until(() =>
        {
            for (int i = 0; i < 20; i++)
                stand.Accept("oom", [number++], bytes: 700);
            return ledger.Dropped(SinkStage.Full) >= 100;
        }, "the full disk is not counted");
        stand.AssertBalanced();
        Assert.Contains("No space left on device", stand.Queue.LastError);
        File.Delete(ballast);
        await stand.KeptAsync();
        stand.Accept("oom", [number++]);
        await stand.KeptAsync();
        stand.AssertBalanced();
        List<long> delivered = [.. stand.DeliverNumbers()];
        Assert.Equal(delivered.Order().Distinct(), delivered);
        Assert.Equal(number, delivered.Count + SinkStand.Dropped(ledger));
        Assert.Equal(0, ledger.Pending);
        Assert.Equal(0, stand.Queue.Segments.DamagedBytes);
        Assert.Contains("server: documents are stored again", stand.Log);
    }

    [Fact]
    public async Task On_a_disk_that_cannot_be_written_what_an_earlier_run_left_is_delivered()
    {
        using var disk = new SmallDisk(kib: 4096);
        await using (var before = new SpoolStand(disk.Path))
        {
            before.Accept("oom", Numbered.Range(0, 49));
            await before.KeptAsync();
        }
        disk.Remount(readOnly: true);
        await using var stand = new SpoolStand(disk.Path, queueBytes: 64 << 10);
        await stand.RecoveredAsync("oom", 50);
        Assert.Equal(Numbered.Range(0, 49), stand.DeliverNumbers(mostDocuments: 10));
        Assert.Single(stand.Log, line => line.EndsWith("after the next start documents may be sent again", StringComparison.Ordinal));
        long number = 50;
        SinkLedger ledger = stand.Ledger("oom");
        await SinkStand.Until(() =>
        {
            stand.Accept("oom", [number++], bytes: 700);
            return ledger.Dropped(SinkStage.Write) >= 10;
        }, "the failure is not counted");
        stand.AssertBalanced();

        disk.Remount(readOnly: false);
        await SinkStand.Until(() => stand.Queue.Kept > 0, "nothing is written again");
        Assert.Equal(number - 50 - SinkStand.Dropped(ledger), stand.Deliver().Count + ledger.Pending);
        stand.AssertBalanced();
    }

    [Fact]
    public async Task A_folder_that_is_removed_costs_what_was_in_it_and_is_made_again()
    {
        using TemporaryDirectory folder = SpoolStand.Temporary();
        string directory = Path.Combine(folder.Path, "spool");
        await using var stand = new SpoolStand(directory);
        stand.Accept("oom", Numbered.Range(0, 9));
        await stand.KeptAsync();
        Directory.Delete(directory, recursive: true);
        Assert.Empty(stand.Deliver());
        Assert.Equal((10, 0), (stand.Ledger("oom").Dropped(SinkStage.Write), stand.Ledger("oom").Pending));
        stand.Accept("oom", Numbered.Range(10, 19));
        await stand.KeptAsync();
        Assert.Equal(Numbered.Range(10, 19), stand.DeliverNumbers());
        stand.AssertBalanced();
    }

    [Fact]
    public async Task Damage_in_a_segment_is_counted_as_lost_documents()
    {
        using TemporaryDirectory folder = SpoolStand.Temporary();
        await using var stand = new SpoolStand(folder.Path);
        stand.Accept("oom", Numbered.Range(0, 99));
        await stand.KeptAsync();
        string segment = Assert.Single(stand.Segments);
        using (FileStream file = File.Open(segment, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = 1000;
            file.Write(new byte[500]);
        }
        int delivered = stand.Deliver().Count;
        Assert.InRange(delivered, 92, 96);
        Assert.Equal(100 - delivered, stand.Ledger("oom").Pending);
        await stand.Queue.DisposeAsync();
        Assert.Equal((100 - delivered, 0), (stand.Ledger("oom").Dropped(SinkStage.Write), stand.Ledger("oom").Pending));
        Assert.InRange(stand.Queue.Segments.DamagedBytes, 500, 800);
        stand.AssertBalanced();
    }

    [Fact]
    public async Task Documents_of_any_size_up_to_what_the_queue_takes_come_through()
    {
        using TemporaryDirectory folder = SpoolStand.Temporary();
        await using var stand = new SpoolStand(folder.Path);
        int[] sizes = [21, 65_000, 65_536, 70_000, 300_000, 1_500_000, 100];
        for (int n = 0; n < sizes.Length; n++)
            stand.Accept("oom", [n], sizes[n]);
        await stand.KeptAsync();
        Assert.Equal(sizes.Select((size, n) => Numbered.Document(n, size)), stand.Deliver().Select(d => d.Document));
        stand.AssertBalanced();
    }
}
