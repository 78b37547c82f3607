using System.Text.RegularExpressions;
using Huatuo.Docs.Tests.Guides;
using Huatuo.Docs.Tests.Sections;
using Huatuo.Flow.Metrics;

namespace Huatuo.Docs.Tests;

/// <summary>docs/guides/first-drop.md, typed command by command; needs root and bin/huatuo.</summary>
public sealed partial class FirstDropTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task EveryCommandDoesWhatTheGuideSays()
    {
        IReadOnlyList<(string Word, string Commands)> blocks = Guide.Blocks(Repository.Read("docs/guides/first-drop.md"));
        Assert.Equal(["", "watch", "provoke", "folder", "agent", "", ""], blocks.Select(block => block.Word));

        (int code, string doctor) = await Shell.RunAsync(blocks[0].Commands, Stop);
        Assert.Equal(0, code);
        Assert.Matches("dropwatch +supported on tp", doctor);

        string seen = await WatchAsync(blocks[1].Commands, blocks[2].Commands);
        Assert.Matches(@"127\.0\.0\.1:\d+ > 127\.0\.0\.1:1009 reason=NO_SOCKET", seen);
        Assert.Matches(@"context=softirq interrupted=\d+\[curl\]", seen);
        Assert.Contains("tcp_v4_rcv+", seen, StringComparison.Ordinal);

        (code, string folder) = await Shell.RunAsync(blocks[3].Commands, Stop);
        Assert.Equal(0, code);
        folder = folder.Trim();
        Assert.True(Directory.Exists(folder));
        // As a reader sets it in both terminals.
        string[] keep = [.. blocks.Skip(4).Select(block => block.Commands.Replace("$dir", folder, StringComparison.Ordinal))];
        string looked = await KeepAsync(keep[0], keep[1], keep[2]);
        Assert.Contains("\"drop_reason\":\"NO_SOCKET\"", looked, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    // Until the hook is attached the drop is missed, as it is for a reader who types too fast.
    private static async Task<string> WatchAsync(string watch, string provoke)
    {
        using Shell watching = Shell.Start(watch);
        while (!watching.Text.Contains("tcp_v4_rcv+", StringComparison.Ordinal))
        {
            Task more = watching.More;
            (int code, _) = await Shell.RunAsync(provoke, Stop);
            Assert.NotEqual(0, code);
            await Task.WhenAny(more, Task.Delay(TimeSpan.FromMilliseconds(200), Stop));
        }
        Assert.Equal(0, await watching.InterruptAsync(Stop));
        return watching.Text;
    }

    private static async Task<string> KeepAsync(string agent, string look, string clean)
    {
        try
        {
            using Shell running = Shell.Start(agent);
            (int code, string looked) = await Shell.RunAsync(look, Stop);
            Assert.Equal(0, code);
            Assert.Contains("huatuo_events_stored_total{tracer=\"dropwatch\",sink=\"local\"}", looked, StringComparison.Ordinal);
            AssertMetricsAreDocumented((await Shell.RunAsync("curl -fs http://127.0.0.1:19705/metrics | grep -v '^#'", Stop)).Output);
            Assert.Equal(0, await running.InterruptAsync(Stop));
            return looked;
        }
        finally
        {
            await Shell.RunAsync(clean, CancellationToken.None);
        }
    }

    // What the agent really serves, with a program loaded, against the reference.
    private static void AssertMetricsAreDocumented(string page)
    {
        RecordedFamily[] known = [.. MetricTables.All.Values.SelectMany(families => families)];
        MatchCollection samples = Samples().Matches(page);
        Assert.NotEmpty(samples);
        foreach (Match sample in samples)
        {
            string name = sample.Groups["name"].Value;
            RecordedFamily family = Assert.Single(known, family => SeriesOf(family).Contains(name));
            string[] bound = name == family.Name + "_bucket" ? ["le"] : [];
            Assert.Equal([.. family.Labels, .. bound], Labels().Matches(sample.Groups["labels"].Value).Select(label => label.Groups["name"].Value));
        }
    }

    private static string[] SeriesOf(RecordedFamily family) => family.Kind == MetricKind.Histogram
        ? [family.Name + "_bucket", family.Name + "_sum", family.Name + "_count"]
        : [family.Name];

    [GeneratedRegex(@"^(?<name>[a-z0-9_]+)(\{(?<labels>.*)\})? \S+$", RegexOptions.Multiline)]
    private static partial Regex Samples();

    [GeneratedRegex(@"(?<name>\w+)=""[^""]*""")]
    private static partial Regex Labels();
}
