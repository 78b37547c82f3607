using System.Diagnostics;
using Huatuo.Flow.Ledger;
using Huatuo.Store.Search;
using Huatuo.Store.Sqlite;
using Huatuo.Store.Sqlite.Interop;
using Huatuo.Store.Tests.Files;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Search;

namespace Huatuo.Store.Tests.Sqlite;

public sealed class FailureTests
{
    [Fact]
    public async Task A_full_disk_is_counted_and_left_behind_when_there_is_room()
    {
        using var disk = new SmallDisk(kib: 2048);
        await using var stand = new StoreStand(disk.Path, queueBytes: 64 << 10);
        var (channel, ledger) = stand.Open("oom");
        long accepted = 0;
        channel.Accept(Numbered.Document(accepted++, 700));
        await SinkStand.Settled(ledger);
        string ballast = disk.Fill(leaveKib: 64);
        await SinkStand.Until(() =>
        {
            for (int i = 0; i < 20; i++)
                channel.Accept(Numbered.Document(accepted++, 700));
            return ledger.Dropped(SinkStage.Full) >= 100;
        }, "the full disk is not counted");
        SinkStand.AssertBalanced(ledger, accepted);
        Assert.True(ledger.Pending > 0, "what waits is not given up");
        Assert.Contains("cannot store events in", stand.Sink.LastError);

        File.Delete(ballast);
        await SinkStand.Settled(ledger);
        channel.Accept(Numbered.Document(accepted++));
        await SinkStand.Settled(ledger);
        SinkStand.AssertBalanced(ledger, accepted);
        Assert.Equal(0, ledger.Dropped(SinkStage.Write));
        Assert.Equal(ledger.Stored, stand.Find(new EventQuery()).Count);
        Assert.Contains("sqlite: documents are stored again", stand.Log);
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_is_counted_and_left_behind_when_it_can()
    {
        using var disk = new SmallDisk(kib: 4096);
        disk.Remount(readOnly: true);
        await using var stand = new StoreStand(disk.Path, queueBytes: 64 << 10);
        var (channel, ledger) = stand.Open("oom");
        long accepted = 0;
        await SinkStand.Until(() =>
        {
            channel.Accept(Numbered.Document(accepted++, 700));
            return ledger.Dropped(SinkStage.Write) >= 10;
        }, "the failure is not counted");
        SinkStand.AssertBalanced(ledger, accepted);

        disk.Remount(readOnly: false);
        await SinkStand.Settled(ledger);
        SinkStand.AssertBalanced(ledger, accepted);
        Assert.Equal(ledger.Stored, stand.Find(new EventQuery()).Count);
    }

    [Fact]
    public async Task A_database_that_somebody_has_locked_is_waited_for()
    {
        await using var stand = new StoreStand(queueBytes: 64 << 10);
        var (channel, ledger) = stand.Open("oom");
        long accepted = 0;
        channel.Accept(Numbered.Document(accepted++));
        await SinkStand.Settled(ledger);
        using (SqliteConnection other = SqliteConnection.Open(stand.Path, LibSqlite.SQLITE_OPEN_READWRITE, TimeSpan.FromSeconds(30)))
        {
            other.Execute("BEGIN IMMEDIATE");
            await SinkStand.Until(() =>
            {
                channel.Accept(Numbered.Document(accepted++, 700));
                return ledger.Dropped(SinkStage.Write) >= 10;
            }, "the lock is not noticed");
            Assert.Equal(1, ledger.Stored);
            SinkStand.AssertBalanced(ledger, accepted);
            Assert.Contains("database is locked", stand.Sink.LastError);
            other.Execute("ROLLBACK");
        }
        await SinkStand.Settled(ledger);
        SinkStand.AssertBalanced(ledger, accepted);
        Assert.Equal(ledger.Stored, stand.Find(new EventQuery()).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_file_is_set_aside_and_a_new_one_made(bool wholly)
    {
        string directory = Directory.CreateTempSubdirectory("huatuo-events-").FullName;
        string path = Path.Combine(directory, "events.db");
        await using (var before = new StoreStand(directory))
            await before.StoreAsync(Enumerable.Range(0, 2000).Select(new Sample().Document));
        byte[] damaged = File.ReadAllBytes(path);
        damaged.AsSpan(wholly ? 0 : 4096).Fill(0xa5);
        File.WriteAllBytes(path, damaged);

        await using (var stand = new StoreStand(directory))
        {
            var sample = new Sample(2);
            byte[][] documents = [.. Enumerable.Range(0, 50).Select(sample.Document)];
            await stand.StoreAsync(documents);
            Assert.Equal(50, stand.Find(new EventQuery()).Count);
            Assert.Contains(stand.Log, line => line.Contains($"{path} is damaged (", StringComparison.Ordinal) && line.EndsWith($"it is kept as {path}.damaged, and a new file is made", StringComparison.Ordinal));
            Assert.Equal(damaged, File.ReadAllBytes(path + ".damaged"));
        }
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_file_that_is_removed_is_made_again()
    {
        await using var stand = new StoreStand();
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(Numbered.Document(0));
        await SinkStand.Settled(ledger);
        Directory.Delete(stand.Directory, recursive: true);
        long number = 1;
        await SinkStand.Until(() =>
        {
            channel.Accept(Numbered.Document(number++));
            return File.Exists(stand.Path);
        }, "the file is not made again");
        await SinkStand.Settled(ledger);
        SinkStand.AssertBalanced(ledger, number);
        Assert.NotEmpty(stand.Find(new EventQuery()));
        Assert.Contains($"sqlite: {stand.Path} was moved or removed by somebody else; going on with a new file", stand.Log);
    }

    [Fact]
    public async Task Stopping_while_it_cannot_be_written_counts_the_rest()
    {
        string file = Path.GetTempFileName();
        var stand = new StoreStand(Path.Combine(file, "below-a-file"));
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 100; i++)
            channel.Accept(Numbered.Document(i));
        await stand.DisposeAsync();
        Assert.Equal(0, ledger.Pending);
        Assert.Equal(100, ledger.Dropped(SinkStage.Stop));
        channel.Accept(Numbered.Document(100));
        Assert.Equal(101, ledger.Dropped(SinkStage.Stop));
        File.Delete(file);
    }

    /// <summary>Whoever closes a file loses all locks on it that its process has: SQLite would go on as if it had them.</summary>
    [Fact]
    public async Task A_file_that_is_there_is_made_again_without_harm_to_the_locks_on_it()
    {
        await using var stand = new StoreStand();
        await stand.StoreAsync([new Sample().Document(0)]);
        string[] before = Locks(stand.Path);
        Assert.NotEmpty(before);
        new DatabaseFile(stand.Path).Make();
        Assert.Equal(before, Locks(stand.Path));
    }

    private static string[] Locks(string path)
    {
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", path]) { RedirectStandardOutput = true })!;
        string inode = stat.StandardOutput.ReadToEnd().Trim();
        stat.WaitForExit();
        // The kernel lists locks while others come and go, and may then leave one out.
        string[] locks = [];
        Assert.True(SpinWait.SpinUntil(() => locks.SequenceEqual(locks = Listed()) && locks.Length > 0, TimeSpan.FromMinutes(1)));
        return locks;

        string[] Listed() =>
        [
            .. File.ReadLines("/proc/locks")
                .Where(line => line.Contains($" {Environment.ProcessId} ", StringComparison.Ordinal) && line.Contains($":{inode} ", StringComparison.Ordinal))
                .Select(line => line[line.IndexOf(' ', StringComparison.Ordinal)..])
                .Order(StringComparer.Ordinal),
        ];
    }
}
