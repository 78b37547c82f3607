using Huatuo.Flow.Ledger;

namespace Huatuo.Store.Tests.LocalFile;

public sealed class StopTests
{
    [Fact]
    public async Task Stopping_writes_what_waits_and_refuses_what_comes_later()
    {
        string root = Directory.CreateTempSubdirectory("huatuo-stop-").FullName;
        try
        {
            var stand = new SinkStand(root);
            var (channel, ledger) = stand.Open("oom");
            for (int i = 0; i < 3000; i++)
                channel.Accept(Numbered.Document(i, 1000));
            await stand.DisposeAsync();
            Assert.Equal(3000, ledger.Stored);
            Assert.Equal(0, ledger.Pending);
            Assert.Equal(Numbered.Range(0, 2999), Numbered.Read(stand.File("oom")));

            channel.Accept(Numbered.Document(3000));
            Assert.Equal(1, ledger.Dropped(SinkStage.Stop));
            await stand.DisposeAsync();
            Assert.Throws<ObjectDisposedException>(() => stand.Open("other"));
            Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget), t => t?.StartsWith(root, StringComparison.Ordinal) == true);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task A_writer_that_is_held_up_does_not_hold_up_the_stop()
    {
        string root = Directory.CreateTempSubdirectory("huatuo-stop-").FullName;
        try
        {
            var stand = new SinkStand(root, drainSeconds: 0.1);
            var held = new HeldOpen(stand.File("oom"));
            var (channel, ledger) = stand.Open("oom");
            for (int i = 0; i < 100; i++)
                channel.Accept(Numbered.Document(i));
            await stand.DisposeAsync();
            Assert.Equal(100, ledger.Dropped(SinkStage.Stop));
            Assert.Equal(0, ledger.Pending);

            // Going on now, the writer must not count them once more.
            held.Dispose();
            await stand.Sink.WriterDone;
            Assert.Equal(100, SinkStand.Dropped(ledger));
            Assert.Equal(0, ledger.Stored);
            Assert.Equal(0, ledger.Pending);
            Assert.Equal("", await File.ReadAllTextAsync(stand.File("oom"), TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Stopping_while_documents_come_loses_none_uncounted()
    {
        string root = Directory.CreateTempSubdirectory("huatuo-stop-").FullName;
        try
        {
            for (int round = 0; round < 10; round++)
            {
                var stand = new SinkStand(Path.Combine(root, $"{round}"));
                var (channel, ledger) = stand.Open("oom");
                var started = new TaskCompletionSource();
                Task<long> source = Task.Run(() =>
                {
                    long sent = 0;
                    while (ledger.Dropped(SinkStage.Stop) < 100)
                    {
                        channel.Accept(Numbered.Document(sent++));
                        started.TrySetResult();
                    }
                    return sent;
                });
                await started.Task;
                await stand.DisposeAsync();
                SinkStand.AssertBalanced(ledger, await source);
                Assert.Equal(0, ledger.Pending);
                Assert.Equal(ledger.Stored, Numbered.Read(stand.File("oom")).Count);
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
