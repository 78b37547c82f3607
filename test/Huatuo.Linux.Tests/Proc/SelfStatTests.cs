using System.Diagnostics;
using System.Text;
using Huatuo.Linux.Proc;

namespace Huatuo.Linux.Tests.Proc;

public class SelfStatTests
{
    private const string Stat = "4242 (a) (b c)) S 1 4242 4242 0 -1 4194560 1 2 3 4 250 150 7 8 20 0 11 0 12345 1000000 300 1 2 3\n";
    private const string Limits =
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        + "Max processes             95924                95924                processes \n"
        + "Max open files            1024                 1048576              files     \n";

    private static TreeFixture Tree() => new TreeFixture()
        .Write("self/stat", Stat)
        .Write("self/statm", "900 300 100 10 0 50 0\n")
        .Write("self/limits", Limits)
        .Write("self/fd/0", "").Write("self/fd/1", "").Write("self/fd/17", "").Write("self/fd/x", "")
        .Write("stat", "cpu  1 2 3\nintr 5 0 1\nctxt 9\nbtime 1700000000\nprocesses 3\n");

    [Fact]
    public void Every_figure_is_read()
    {
        using var tree = Tree();
        Assert.True(new SelfStat(tree.Root).TryRead(out var sample));
        long page = Environment.SystemPageSize;
        Assert.Equal(new SelfSample(4.0, 11, 300 * page, 900 * page, 3, 1024, 1_700_000_123.45), sample);
    }

    [Theory]
    [InlineData("self/statm", "900 x\n", "900,null,3,1024,start")]
    [InlineData("self/statm", "-1 9223372036854775807\n", "null,null,3,1024,start")]
    [InlineData("self/statm", "", "null,null,3,1024,start")]
    [InlineData("self/limits", "Max open files            unlimited            unlimited            files\n", "900,300,3,null,start")]
    [InlineData("self/limits", "", "900,300,3,null,start")]
    [InlineData("stat", "cpu 1 2 3\n", "900,300,3,1024,null")]
    [InlineData("stat", "cpu 1\nbtime later\n", "900,300,3,1024,null")]
    public void A_malformed_file_loses_only_its_own_figures(string file, string content, string expected)
    {
        using var tree = Tree().Write(file, content);
        Assert.True(new SelfStat(tree.Root).TryRead(out var sample));
        long page = Environment.SystemPageSize;
        string text = string.Join(',',
            Text(sample.VirtualBytes / page), Text(sample.ResidentBytes / page), Text(sample.OpenFds), Text(sample.MaxFds),
            sample.StartTimeSeconds is null ? "null" : "start");
        Assert.Equal(expected, text);

        static string Text(long? value) => value?.ToString() ?? "null";
    }

    [Fact]
    public void Missing_files_lose_only_their_own_figures()
    {
        using var tree = new TreeFixture().Write("self/stat", Stat);
        Assert.True(new SelfStat(tree.Root).TryRead(out var sample));
        Assert.Equal(new SelfSample(4.0, 11, null, null, null, null, null), sample);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("4242 (a S 1 2 3")]
    [InlineData("4242 (a) S 1 4242 4242 0 -1 4194560 1 2 3 4 250 150 7 8 20 0 11 0")]
    [InlineData("4242 (a) S 1 4242 4242 0 -1 4194560 1 2 3 4 x 150 7 8 20 0 11 0 12345")]
    [InlineData("4242 (a) S 1 4242 4242 0 -1 4194560 1 2 3 4 -5 150 7 8 20 0 11 0 12345")]
    [InlineData("4242 (a) S 1 4242 4242 0 -1 4194560 1 2 3 4 250 150 7 8 20 0 99999999999 0 12345")]
    public void Without_a_sound_stat_there_is_no_sample(string? stat)
    {
        using var tree = new TreeFixture();
        if (stat is not null) tree.Write("self/stat", stat);
        Assert.False(new SelfStat(tree.Root).TryRead(out var sample));
        Assert.Equal(default, sample);
    }

    [Fact]
    public void Damaged_files_give_figures_that_are_not_negative_or_none()
    {
        using var tree = Tree();
        for (int seed = 0; seed < 200; seed++)
        {
            tree.Write("self/stat", Mutation.Of(Encoding.UTF8.GetBytes(Stat), seed))
                .Write("self/statm", Mutation.Of("900 300 100 10 0 50 0\n"u8, seed + 1))
                .Write("self/limits", Mutation.Of(Encoding.UTF8.GetBytes(Limits), seed + 2))
                .Write("stat", Mutation.Of("cpu 1\nbtime 1700000000\n"u8, seed + 3));
            if (!new SelfStat(tree.Root).TryRead(out var sample)) continue;
            Assert.True(sample is { CpuSeconds: >= 0, Threads: >= 0 });
            Assert.False(sample.ResidentBytes < 0 || sample.VirtualBytes < 0 || sample.MaxFds < 0 || sample.StartTimeSeconds < 0);
        }
    }

    [Fact]
    public void The_figures_of_this_process_agree_with_the_platforms()
    {
        using var self = Process.GetCurrentProcess();
        Assert.True(new SelfStat().TryRead(out var sample));
        Assert.InRange(sample.CpuSeconds, 0.01, self.TotalProcessorTime.TotalSeconds + 0.05);
        Assert.InRange(sample.Threads, 2, 500);
        Assert.InRange(sample.ResidentBytes!.Value, 10 << 20, sample.VirtualBytes!.Value);
        Assert.InRange(sample.OpenFds!.Value, 3, sample.MaxFds!.Value);
        double started = new DateTimeOffset(self.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
        Assert.InRange(sample.StartTimeSeconds!.Value, started - 2, started + 2);
    }
}
