using Huatuo.Flow.Ledger;
using Huatuo.Store.Spool;
using Huatuo.Store.Tests.LocalFile;

namespace Huatuo.Store.Tests.Spool;

public sealed class RestartTests : IDisposable
{
    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Documents_come_out_in_order_and_the_oldest_first()
    {
        await using var stand = new SpoolStand(_folder.Path);
        stand.Accept("oom", Numbered.Range(0, 999));
        await stand.KeptAsync();
        Assert.Equal(1000, stand.Ledger("oom").Pending);
        Assert.Equal(Numbered.Range(0, 999), stand.DeliverNumbers(mostDocuments: 7));
        Assert.Equal((1000, 0), (stand.Ledger("oom").Stored, stand.Ledger("oom").Pending));
        stand.AssertBalanced();
    }

    [Fact]
    public async Task The_next_run_goes_on_where_the_server_acknowledged_and_counts_what_it_found()
    {
        await using (var before = new SpoolStand(_folder.Path))
        {
            before.Accept("oom", Numbered.Range(0, 99));
            before.Accept("ras", Numbered.Range(1000, 1009));
            await before.KeptAsync();
            Assert.Equal(40, before.Deliver(batches: 4, mostDocuments: 10).Count);
            Assert.NotNull(before.Queue.Reader.TryRead(1 << 20, 5));
            before.AssertBalanced();
        }
        await using var after = new SpoolStand(_folder.Path);
        await SinkStand.Until(() => after.Queue.Segments.UnreadBytes > 0, "nothing is found");
        after.Accept("oom", Numbered.Range(100, 109));
        await after.RecoveredAsync("oom", 60);
        await after.RecoveredAsync("ras", 10);
        await after.KeptAsync();
        after.AssertBalanced();
        List<(string Tracer, byte[] Document)> delivered = after.Deliver();
        Assert.Equal(Numbered.Range(40, 109), delivered.Where(d => d.Tracer == "oom").Select(d => SpoolStand.Number(d.Document)));
        Assert.Equal(Numbered.Range(1000, 1009), delivered.Where(d => d.Tracer == "ras").Select(d => SpoolStand.Number(d.Document)));
        Assert.Equal((60, 70, 0), (after.Ledger("oom").Recovered, after.Ledger("oom").Stored, after.Ledger("oom").Pending));
        after.AssertBalanced();
        Assert.Empty(after.Log);
    }

    [Fact]
    public async Task A_tracer_that_comes_late_takes_over_what_was_counted_for_it()
    {
        await using (var before = new SpoolStand(_folder.Path))
        {
            before.Accept("oom", Numbered.Range(0, 9));
            await before.KeptAsync();
        }
        await using var after = new SpoolStand(_folder.Path);
        await SinkStand.Until(() => after.Queue.Segments.UnreadBytes > 0, "nothing is found");
        Assert.Equal(5, after.Deliver(batches: 1, mostDocuments: 5).Count);
        SinkLedger ledger = after.Ledger("oom");
        Assert.Equal((10, 5, 5), (ledger.Recovered, ledger.Stored, ledger.Pending));
        after.AssertBalanced();
    }

    [Fact]
    public async Task Nothing_is_left_on_the_disk_when_everything_is_delivered()
    {
        await using (var stand = new SpoolStand(_folder.Path))
        {
            stand.Accept("oom", Numbered.Range(0, 9));
            await stand.KeptAsync();
            Assert.Single(stand.Segments);
            stand.Deliver();
        }
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.segment"));
        await using var after = new SpoolStand(_folder.Path);
        after.Accept("oom", Numbered.Range(10, 19));
        await after.KeptAsync();
        Assert.Equal(Numbered.Range(10, 19), after.DeliverNumbers());
        Assert.Equal(0, after.Ledger("oom").Recovered);
    }

    [Fact]
    public async Task A_torn_end_is_cut_off_wherever_it_is_torn()
    {
        string segment;
        await using (var before = new SpoolStand(_folder.Path))
        {
            before.Accept("oom", Numbered.Range(0, 19));
            await before.KeptAsync();
            segment = Assert.Single(before.Segments);
        }
        byte[] whole = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        int[] ends = [.. Ends(whole)];
        Assert.Equal(20, ends.Length);
        var random = new Random(7);
        for (int round = 0; round < 12; round++)
        {
            int cut = round == 0 ? ends[4] : random.Next(1, whole.Length);
            byte[] tail = new byte[random.Next(0, 300)];
            random.NextBytes(tail);
            File.Delete(Path.Combine(_folder.Path, "acknowledged"));
            await File.WriteAllBytesAsync(segment, [.. whole[..cut], .. tail], TestContext.Current.CancellationToken);
            await using var after = new SpoolStand(_folder.Path);
            // What is kept of this run is so after the recovery.
            after.Accept("marker", [0]);
            await after.KeptAsync();
            int left = ends.Count(end => end <= cut);
            int torn = cut + tail.Length - (left == 0 ? 0 : ends[left - 1]);
            Assert.Equal(left, after.Ledger("oom").Recovered);
            Assert.Equal(torn, after.Queue.Segments.DamagedBytes);
            Assert.Equal(torn == 0 ? [] : [$"server: {segment}: cut off {torn} bytes behind the last whole document"], after.Log);
            Assert.Equal(left == 0 ? -1L : ends[left - 1], File.Exists(segment) ? new FileInfo(segment).Length : -1L);
            Assert.Equal(Numbered.Range(0, left - 1), after.Deliver().Where(d => d.Tracer == "oom").Select(d => SpoolStand.Number(d.Document)));
            after.AssertBalanced();
        }
    }

    [Fact]
    public async Task A_damaged_position_costs_that_documents_are_sent_again_and_none_that_is_not()
    {
        byte[] position;
        string file = Path.Combine(_folder.Path, "acknowledged");
        await using (var before = new SpoolStand(_folder.Path))
        {
            before.Accept("oom", Numbered.Range(0, 99));
            await before.KeptAsync();
            before.Deliver(batches: 3, mostDocuments: 10);
            position = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        }
        for (int at = 0; at < position.Length; at++)
        {
            byte[] damaged = [.. position];
            damaged[at] ^= 0x55;
            var kept = new AcknowledgedFile(file);
            await File.WriteAllBytesAsync(file, damaged, TestContext.Current.CancellationToken);
            kept.Read();
            Assert.True(kept.Position.Offset <= Offset(position), $"byte {at} gives {kept.Position}");
        }
        File.Delete(file);
        await using var after = new SpoolStand(_folder.Path);
        await after.RecoveredAsync("oom", 100);
        Assert.Equal(Numbered.Range(0, 99), after.DeliverNumbers());
        after.AssertBalanced();

        static long Offset(byte[] bytes)
        {
            string file = Path.GetTempFileName();
            File.WriteAllBytes(file, bytes);
            var whole = new AcknowledgedFile(file);
            whole.Read();
            File.Delete(file);
            return whole.Position.Offset;
        }
    }

    [Fact]
    public async Task A_segment_that_cannot_be_read_costs_what_is_in_it_and_no_other()
    {
        await using (var before = new SpoolStand(_folder.Path))
        {
            before.Accept("oom", Numbered.Range(0, 9));
            await before.KeptAsync();
        }
        // The kernel refuses to tell how fast the loopback is, whoever reads it.
        string unreadable = new Segment(_folder.Path, 100).Path, closed = new Segment(_folder.Path, 101).Path;
        File.CreateSymbolicLink(unreadable, "/sys/class/net/lo/speed");
        File.CreateSymbolicLink(closed, closed);
        await using var after = new SpoolStand(_folder.Path);
        after.Accept("oom", Numbered.Range(10, 19));
        await after.KeptAsync();
        Assert.Equal(10, after.Ledger("oom").Recovered);
        Assert.Equal(Numbered.Range(0, 19), after.DeliverNumbers());
        after.AssertBalanced();
        Assert.Collection(
            after.Log,
            line => Assert.StartsWith($"server: {unreadable} cannot be read from byte 0 on: ", line, StringComparison.Ordinal),
            line => Assert.StartsWith($"server: {closed} cannot be opened: ", line, StringComparison.Ordinal));
        Assert.Equal(4096, after.Queue.Segments.DamagedBytes);
        Assert.Equal((false, true), (new FileInfo(unreadable).LinkTarget is not null, new FileInfo(closed).LinkTarget is not null));
    }

    private static IEnumerable<int> Ends(byte[] segment)
    {
        for (int at = 0; at < segment.Length && SpoolRecord.TryLength(segment.AsSpan(at), out int length);)
            yield return at += length;
    }
}
