using System.Text;
using Huatuo.Store.Files;
using Huatuo.Store.LocalFile;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Tests.LocalFile;

public sealed class TornLineTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("", "", null)]
    [InlineData("{\"n\":1}\n", "{\"n\":1}\n", null)]
    [InlineData("{\"n\":1}", "{\"n\":1}\n", "ended")]
    [InlineData("{\"n\":1}\n{\"n\":2}", "{\"n\":1}\n{\"n\":2}\n", "ended")]
    [InlineData("{\"n\":1}\n{\"n\":2", "{\"n\":1}\n", "cut off 6 bytes")]
    [InlineData("{\"n\":1}\n{", "{\"n\":1}\n", "cut off 1 bytes")]
    [InlineData("{\"n\":1}\n{\"a\":{}", "{\"n\":1}\n", "cut off 7 bytes")]
    [InlineData("{\"n\":1}\n{\"a\":\"}", "{\"n\":1}\n", "cut off 7 bytes")]
    [InlineData("{\"n\":1}\n{}{}", "{\"n\":1}\n", "cut off 4 bytes")]
    [InlineData("{\"n\":1}\n[1]", "{\"n\":1}\n", "cut off 3 bytes")]
    [InlineData("{\"n\":1}\n\0\0\0\0", "{\"n\":1}\n", "cut off 4 bytes")]
    [InlineData("{\"n\":1", "", "cut off 6 bytes")]
    [InlineData("not json\n", "not json\n", null)]
    [InlineData("\n\n", "\n\n", null)]
    public void Table(string before, string after, string? finding)
    {
        Assert.Equal(after, Encoding.UTF8.GetString(Mend(Encoding.UTF8.GetBytes(before), 1 << 20, out string? found)));
        Assert.Equal(finding is null, found is null);
        if (finding is not null)
            Assert.Contains(finding, found);
    }

    [Theory]
    [InlineData(64 << 10)]
    [InlineData((64 << 10) + 1)]
    [InlineData(300_000)]
    public void A_line_longer_than_one_read_is_judged_whole(int length)
    {
        byte[] first = [.. "{}\n"u8];
        byte[] line = Numbered.Document(1, length);
        Assert.Equal([.. first, .. line, (byte)'\n'], Mend([.. first, .. line], 1 << 20, out _));
        Assert.Equal(first, Mend([.. first, .. line[..^1]], 1 << 20, out _));
    }

    [Fact]
    public void What_is_longer_than_any_line_is_ended_and_not_cut()
    {
        byte[] alien = [.. "{}\n"u8, .. Enumerable.Repeat((byte)'x', 5000)];
        Assert.Equal([.. alien, (byte)'\n'], Mend(alien, 4096, out string? finding));
        Assert.Contains("ended it", finding);
    }

    [Fact]
    public void Random_contents_lose_nothing_before_the_last_line_break()
    {
        var random = new Random(42);
        byte[] alphabet = [.. "{}[]\":,\\n1tx\n\n\0 "u8, 0xff, 0xc3];
        for (int round = 0; round < 3000; round++)
        {
            byte[] before = new byte[random.Next(0, 200)];
            if (round % 2 == 0)
                random.NextBytes(before);
            else
                random.GetItems(alphabet, before);

            byte[] after = Mend(before, 1 << 20, out _);
            int whole = before.AsSpan().LastIndexOf((byte)'\n') + 1;
            bool complete = TornLine.IsObject(before.AsSpan(whole));
            Assert.Equal(complete ? [.. before, (byte)'\n'] : before[..whole], after);
        }
    }

    [Fact]
    public async Task The_sink_mends_what_it_finds_and_goes_on_behind_it()
    {
        await using var stand = new SinkStand();
        Directory.CreateDirectory(stand.Directory);
        File.WriteAllBytes(stand.File("oom"), [.. Numbered.Document(1), (byte)'\n', .. Numbered.Document(2)[..50]]);
        var (channel, ledger) = stand.Open("oom");
        await SinkStand.Until(() => !stand.Log.IsEmpty, "no finding");
        Assert.Contains("cut off 50 bytes", Assert.Single(stand.Log));
        Assert.Equal([1], Numbered.Read(stand.File("oom")));
        channel.Accept(Numbered.Document(3));
        await SinkStand.Settled(ledger);
        Assert.Equal([1, 3], Numbered.Read(stand.File("oom")));
    }

    private byte[] Mend(byte[] content, long longest, out string? finding)
    {
        File.WriteAllBytes(_path, content);
        using (var file = new SafeFileHandle(Libc.Open(_path, Libc.O_RDWR | Libc.O_APPEND, 0), ownsHandle: true))
        {
            long size = content.Length;
            Assert.Null(TornLine.Mend(file, _path, ref size, longest, out finding));
            Assert.Equal(size, new FileInfo(_path).Length);
        }
        return File.ReadAllBytes(_path);
    }
}
