using Huatuo.Flow.Ledger;
using Huatuo.Store.Tests.Files;

namespace Huatuo.Store.Tests.LocalFile;

public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk_is_counted_and_left_behind_when_there_is_room()
    {
        using var disk = new SmallDisk(kib: 256);
        string ballast = disk.Fill(leaveKib: 64);
        await using var stand = new SinkStand(Path.Combine(disk.Path, "events"), queueBytes: 64 << 10);
        var (channel, ledger) = stand.Open("oom");
        var (other, otherLedger) = stand.Open("other");
        long accepted = 0;
        await SinkStand.Until(() =>
        {
            for (int i = 0; i < 20; i++)
                channel.Accept(Numbered.Document(accepted++, 700));
            return ledger.Dropped(SinkStage.Full) >= 100;
        }, "the full disk is not counted");
        other.Accept(Numbered.Document(0));

        SinkStand.AssertBalanced(ledger, accepted);
        Assert.True(ledger.Pending > 0, "what waits is not given up");
        Assert.Contains("No space left on device", stand.Sink.LastError!.Text);
        Assert.Contains("oom", stand.Sink.Failing);
        List<long> onFullDisk = Numbered.Read(stand.File("oom"));
        Assert.Equal(ledger.Stored, onFullDisk.Count);
        Assert.True(onFullDisk.Count > 50, "the disk is used up");

        File.Delete(ballast);
        await SinkStand.Settled(ledger, otherLedger);
        SinkStand.AssertBalanced(ledger, accepted);
        List<long> after = Numbered.Read(stand.File("oom"));
        Assert.Equal(ledger.Stored, after.Count);
        Assert.Equal(onFullDisk, after[..onFullDisk.Count]);
        Assert.Equal(after.Order().Distinct(), after);
        Assert.Equal(1, otherLedger.Stored);
        Assert.Empty(stand.Sink.Failing);

        channel.Accept(Numbered.Document(accepted++));
        await SinkStand.Settled(ledger);
        Assert.Equal(accepted - 1, Numbered.Read(stand.File("oom"))[^1]);
        SinkStand.AssertBalanced(ledger, accepted);
        Assert.Equal(0, ledger.Dropped(SinkStage.Write));
    }

    [Fact]
    public async Task A_line_that_fits_in_part_leaves_no_trace()
    {
        using var disk = new SmallDisk(kib: 256);
        string ballast = disk.Fill(leaveKib: 16);
        await using var stand = new SinkStand(Path.Combine(disk.Path, "events"));
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(Numbered.Document(0, 3000));
        channel.Accept(Numbered.Document(1, 100_000));
        await SinkStand.Until(() => stand.Sink.LastError is not null, "no error");
        await SinkStand.Until(() => ledger.Stored == 1, "the whole line is not counted");
        Assert.Equal([0], Numbered.Read(stand.File("oom")));
        Assert.Equal(1, ledger.Pending);
        File.Delete(ballast);
        await SinkStand.Settled(ledger);
        Assert.Equal([0, 1], Numbered.Read(stand.File("oom")));
        Assert.Equal(2, stand.Log.Count);
    }

    [Fact]
    public async Task Stopping_on_a_full_disk_counts_the_rest()
    {
        using var disk = new SmallDisk(kib: 256);
        disk.Fill(leaveKib: 16);
        var stand = new SinkStand(Path.Combine(disk.Path, "events"));
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 100; i++)
            channel.Accept(Numbered.Document(i, 1000));
        await stand.DisposeAsync();
        Assert.Equal(0, ledger.Pending);
        Assert.Equal(100, ledger.Stored + ledger.Dropped(SinkStage.Stop));
        Assert.InRange(ledger.Stored, 1, 16);
        Assert.Equal(Numbered.Range(0, ledger.Stored - 1), Numbered.Read(stand.File("oom")));
    }

    [Fact]
    public async Task Another_failure_has_its_own_stage()
    {
        await using var stand = new SinkStand(queueBytes: 64 << 10);
        Directory.CreateDirectory(stand.File("oom"));
        var (channel, ledger) = stand.Open("oom");
        long accepted = 0;
        channel.Accept(Numbered.Document(accepted++));
        await SinkStand.Until(() => stand.Sink.LastError is not null, "no error");
        await SinkStand.Until(() =>
        {
            channel.Accept(Numbered.Document(accepted++, 5000));
            return ledger.Dropped(SinkStage.Write) >= 10;
        }, "the failure is not counted");
        Assert.Contains("Is a directory", stand.Sink.LastError!.Text);
        SinkStand.AssertBalanced(ledger, accepted);
        Directory.Delete(stand.File("oom"));
        await SinkStand.Settled(ledger);
        Assert.Equal(ledger.Stored, Numbered.Read(stand.File("oom")).Count);
        Assert.Equal(0, ledger.Dropped(SinkStage.Full) + ledger.Dropped(SinkStage.Queue));
        SinkStand.AssertBalanced(ledger, accepted);
    }
}
