using System.Security.Cryptography;

namespace Huatuo.Store.Tests.LocalFile;

public sealed class DocumentTests
{
    [Fact]
    public async Task File_holds_the_accepted_bytes_in_order_for_each_tracer()
    {
        await using var stand = new SinkStand();
        var random = new Random(1);
        string[] tracers = ["oom", "dropwatch", "hung-task"];
        var open = tracers.Select(t => (Name: t, Way: stand.Open(t), Expected: new MemoryStream())).ToArray();
        for (int i = 0; i < 5000; i++)
        {
            var (_, way, expected) = open[random.Next(open.Length)];
            byte[] document = Numbered.Document(i, i % 500 == 0 ? 200_000 : random.Next(20, 3000));
            await SinkStand.Until(() => way.Ledger.Pending * 3000 < 1 << 20, "the queue stays full");
            way.Channel.Accept(document);
            expected.Write(document);
            expected.WriteByte((byte)'\n');
        }

        await SinkStand.Settled([.. open.Select(o => o.Way.Ledger)]);
        foreach (var (name, way, expected) in open)
        {
            Assert.Equal(0, SinkStand.Dropped(way.Ledger));
            Assert.Equal(SHA256.HashData(expected.ToArray()), SHA256.HashData(File.ReadAllBytes(stand.File(name))));
        }
        Assert.Equal(5000, open.Sum(o => o.Way.Ledger.Stored));
        Assert.Null(stand.Sink.LastError);
        Assert.Empty(stand.Log);
    }

    [Fact]
    public async Task One_document_is_written_without_another_one_pushing_it()
    {
        await using var stand = new SinkStand();
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 20; i++)
        {
            channel.Accept(Numbered.Document(i));
            await SinkStand.Settled(ledger);
            Assert.Equal(Numbered.Range(0, i), Numbered.Read(stand.File("oom")));
        }
    }

    [Fact]
    public async Task Threads_may_share_a_channel()
    {
        await using var stand = new SinkStand();
        var (channel, ledger) = stand.Open("oom");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(t => Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++)
                channel.Accept(Numbered.Document(t * 2000 + i));
        })));
        await SinkStand.Settled(ledger);
        Assert.Equal(8000, ledger.Stored);
        Assert.Equal(Numbered.Range(0, 7999), Numbered.Read(stand.File("oom")).Order());
    }

    [Fact]
    public async Task Files_and_directory_are_closed_to_others()
    {
        await using var stand = new SinkStand();
        var (channel, ledger) = stand.Open("oom");
        channel.Accept("{}"u8);
        await SinkStand.Settled(ledger);
        const UnixFileMode Write = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(stand.File("oom")) & ~(Write | UnixFileMode.GroupRead));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(stand.Directory)
            & ~(Write | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute));
    }

    [Fact]
    public async Task Accept_allocates_nothing()
    {
        await using var stand = new SinkStand();
        var (channel, ledger) = stand.Open("oom");
        byte[] document = Numbered.Document(1, 1500);
        void Some(int count)
        {
            for (int i = 0; i < count; i++)
                channel.Accept(document);
        }

        Some(5000);
        await SinkStand.Settled(ledger);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Some(3000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        // The list of blocks grows once, by doubling.
        Assert.InRange(allocated, 0, 2048);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../oom")]
    [InlineData("a.b")]
    [InlineData("a b")]
    public async Task A_name_that_is_no_wire_name_is_refused(string name)
    {
        await using var stand = new SinkStand();
        Assert.Throws<ArgumentException>(() => stand.Open(name));
    }

    [Fact]
    public async Task A_tracer_is_opened_once()
    {
        await using var stand = new SinkStand();
        stand.Open("oom");
        ArgumentException error = Assert.Throws<ArgumentException>(() => stand.Open("oom"));
        Assert.StartsWith("the tracer 'oom' is open already", error.Message);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_reported_and_used_when_it_can()
    {
        string root = Directory.CreateTempSubdirectory("huatuo-store-").FullName;
        string obstacle = Path.Combine(root, "data");
        File.WriteAllText(obstacle, "");
        try
        {
            await using var stand = new SinkStand(Path.Combine(obstacle, "events"));
            var (channel, ledger) = stand.Open("oom");
            channel.Accept(Numbered.Document(1));
            await SinkStand.Until(() => stand.Sink.LastError is not null, "no error");
            Assert.Contains(obstacle, stand.Sink.LastError!.Text);
            Assert.Contains("Not a directory", stand.Sink.LastError!.Text);
            Assert.Equal(["oom"], stand.Sink.Failing);
            File.Delete(obstacle);
            await SinkStand.Settled(ledger);
            Assert.Equal([1], Numbered.Read(stand.File("oom")));
            Assert.Empty(stand.Sink.Failing);
            Assert.Equal(2, stand.Log.Count);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
