namespace Huatuo.Store.Tests.LocalFile;

public sealed class RotationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300)]
    public async Task A_file_is_full_exactly_when_the_next_document_does_not_fit(int burst)
    {
        // Lines of 101 bytes: ten fit in 1015 bytes, eleven do not.
        await using var stand = new SinkStand(rotateBytes: 1015, rotateCount: 200);
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 300; i++)
        {
            channel.Accept(Line(i));
            if ((i + 1) % burst == 0)
                await SinkStand.Settled(ledger);
        }
        await SinkStand.Settled(ledger);

        Assert.Equal(300, ledger.Stored);
        for (int i = 0; i < 30; i++)
        {
            string path = stand.File("oom") + (i == 29 ? "" : $".{29 - i}");
            Assert.Equal(Numbered.Range(i * 10, i * 10 + 9), Numbered.Read(path));
            Assert.Equal(1010, new FileInfo(path).Length);
        }
        Assert.False(File.Exists(stand.File("oom") + ".30"));
    }

    [Fact]
    public async Task Lines_of_any_length_are_never_split_and_files_are_as_full_as_can_be()
    {
        await using var stand = new SinkStand(rotateBytes: 300_000, rotateCount: 200);
        var (channel, ledger) = stand.Open("oom");
        var random = new Random(7);
        int[] lengths = [.. Enumerable.Range(0, 3000).Select(i => i % 400 == 399 ? 150_000 : random.Next(30, 5000))];
        for (int i = 0; i < lengths.Length; i++)
        {
            channel.Accept(Numbered.Document(i, lengths[i]));
            if (i % 300 == 0)
                await SinkStand.Settled(ledger);
        }
        await SinkStand.Settled(ledger);

        Assert.Equal(3000, ledger.Stored);
        List<long> all = Numbered.ReadChain(stand.File("oom"));
        Assert.Equal(Numbered.Range(0, 2999), all);
        for (int i = 1; File.Exists($"{stand.File("oom")}.{i}"); i++)
        {
            string younger = i == 1 ? stand.File("oom") : $"{stand.File("oom")}.{i - 1}";
            long size = new FileInfo($"{stand.File("oom")}.{i}").Length;
            long next = File.ReadLines(younger).First().Length + 1;
            Assert.InRange(size, 1, 300_000);
            Assert.True(size + next > 300_000, $"the first line of {younger} would have fitted");
        }
    }

    [Fact]
    public async Task The_oldest_goes_and_a_smaller_count_takes_effect()
    {
        await using var stand = new SinkStand(rotateBytes: 101, rotateCount: 3);
        for (int i = 4; i <= 6; i++)
        {
            Directory.CreateDirectory(stand.Directory);
            File.WriteAllText($"{stand.File("oom")}.{i}", "{}\n");
        }
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 10; i++)
            channel.Accept(Line(i));
        await SinkStand.Settled(ledger);
        Assert.Equal(10, ledger.Stored);
        Assert.Equal(Numbered.Range(6, 9), Numbered.ReadChain(stand.File("oom")));
        Assert.Equal(4, Directory.GetFiles(stand.Directory).Length);
    }

    [Fact]
    public async Task A_document_larger_than_a_file_gets_a_file_of_its_own()
    {
        await using var stand = new SinkStand(rotateBytes: 500);
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(Line(0));
        channel.Accept(Numbered.Document(1, 100_000));
        channel.Accept(Line(2));
        await SinkStand.Settled(ledger);
        Assert.Equal(3, ledger.Stored);
        Assert.Equal([0], Numbered.Read(stand.File("oom") + ".2"));
        Assert.Equal([1], Numbered.Read(stand.File("oom") + ".1"));
        Assert.Equal([2], Numbered.Read(stand.File("oom")));
    }

    [Fact]
    public async Task A_gap_in_the_chain_is_filled_before_anything_is_lost()
    {
        await using var stand = new SinkStand(rotateBytes: 101, rotateCount: 3);
        Directory.CreateDirectory(stand.Directory);
        File.WriteAllBytes($"{stand.File("oom")}.1", [.. Line(1), (byte)'\n']);
        File.WriteAllBytes($"{stand.File("oom")}.3", [.. Line(0), (byte)'\n']);
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(Line(2));
        channel.Accept(Line(3));
        await SinkStand.Settled(ledger);
        Assert.Equal(Numbered.Range(0, 3), Numbered.ReadChain(stand.File("oom")));
    }

    [Fact]
    public async Task A_rotation_that_fails_is_told_once_and_the_file_goes_on()
    {
        await using var stand = new SinkStand(rotateBytes: 1010, rotateCount: 1);
        string obstacle = stand.File("oom") + ".1";
        Directory.CreateDirectory(Path.Combine(obstacle, "occupied"));
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 30; i++)
            channel.Accept(Line(i));
        await SinkStand.Settled(ledger);

        Assert.Equal(30, ledger.Stored);
        Assert.Equal(Numbered.Range(0, 29), Numbered.Read(stand.File("oom")));
        Assert.Equal(20, stand.Sink.RotationFailures);
        Assert.Contains(obstacle, Assert.Single(stand.Log));
        Assert.Contains("Is a directory", stand.Sink.LastError!.Text);

        Directory.Delete(obstacle, recursive: true);
        channel.Accept(Line(30));
        await SinkStand.Settled(ledger);
        Assert.Equal(Numbered.Range(0, 29), Numbered.Read(obstacle));
        Assert.Equal([30], Numbered.Read(stand.File("oom")));
    }

    [Fact]
    public async Task A_file_that_an_earlier_run_left_counts()
    {
        await using var stand = new SinkStand(rotateBytes: 1015);
        Directory.CreateDirectory(stand.Directory);
        File.WriteAllBytes(stand.File("oom"), [.. Enumerable.Range(0, 9).SelectMany(i => (byte[])[.. Line(i), (byte)'\n'])]);
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(Line(9));
        channel.Accept(Line(10));
        await SinkStand.Settled(ledger);
        Assert.Equal(Numbered.Range(0, 9), Numbered.Read(stand.File("oom") + ".1"));
        Assert.Equal([10], Numbered.Read(stand.File("oom")));
    }

    /// <summary>A document of exactly 100 bytes.</summary>
    private static byte[] Line(int number)
    {
        byte[] document = Numbered.Document(number, 100);
        return Numbered.Document(number, 200 - document.Length);
    }
}
