using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Store.Tests.LocalFile;

public sealed class ReplacedFileTests
{
    [Theory]
    [InlineData("remove")]
    [InlineData("move")]
    [InlineData("replace")]
    [InlineData("remove the directory")]
    public async Task A_file_that_is_gone_is_made_again(string how)
    {
        var clock = new FakeTimeProvider();
        await using var stand = new SinkStand(time: clock);
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(Numbered.Document(1));
        await SinkStand.Settled(ledger);

        string moved = stand.File("oom") + "-moved";
        if (how == "remove")
            File.Delete(stand.File("oom"));
        else if (how == "remove the directory")
            Directory.Delete(stand.Directory, recursive: true);
        else
            File.Move(stand.File("oom"), moved);
        if (how == "replace")
            File.WriteAllBytes(stand.File("oom"), [.. Numbered.Document(2), (byte)'\n']);

        clock.Advance(TimeSpan.FromSeconds(1));
        channel.Accept(Numbered.Document(3));
        await SinkStand.Settled(ledger);
        Assert.Equal(how == "replace" ? [2, 3] : [3], Numbered.Read(stand.File("oom")));
        Assert.Equal(2, ledger.Stored);
        Assert.Contains("moved or removed", Assert.Single(stand.Log));
        if (File.Exists(moved))
            Assert.Equal([1], Numbered.Read(moved));
    }

    [Fact]
    public async Task A_file_that_is_emptied_starts_over()
    {
        var clock = new FakeTimeProvider();
        await using var stand = new SinkStand(rotateBytes: 250, time: clock);
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 4; i++)
        {
            channel.Accept(Numbered.Document(i));
            await SinkStand.Settled(ledger);
            new FileStream(stand.File("oom"), FileMode.Truncate).Dispose();
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        channel.Accept(Numbered.Document(4));
        await SinkStand.Settled(ledger);
        Assert.Equal([4], Numbered.Read(stand.File("oom")));
        Assert.False(File.Exists(stand.File("oom") + ".1"), "rotated by a size that the file no longer had");
    }
}
