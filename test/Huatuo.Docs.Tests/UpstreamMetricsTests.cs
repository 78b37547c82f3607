using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using Huatuo.Docs.Tests.Sections;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Exposition;
using Huatuo.Http.Upstream;

namespace Huatuo.Docs.Tests;

/// <summary>The page with upstream's names, metric by metric, against the list of those that HUATUO's own agent has.</summary>
public sealed partial class UpstreamMetricsTests
{
    private const string Value = "x";
    private static readonly string[] s_container = ["container_host", "container_name", "container_type", "container_level", "container_hostnamespace"];
    private static readonly string s_id = new('a', 64);
    private static readonly Lazy<IReadOnlyDictionary<string, (string Type, string[] Labels)>> s_page = new(() => RenderAsync().GetAwaiter().GetResult());

    public static TheoryData<string> Names => [.. UpstreamMetric.All.Select(metric => metric.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AMetricIsThereWithItsTypeAndLabelsOrSaysWhyNot(string name)
    {
        UpstreamMetric metric = UpstreamMetric.All.Single(metric => metric.Name == name);
        string filled = Brace().Replace(name, Value);
        if (!metric.IsThere)
        {
            Assert.DoesNotContain(filled, s_page.Value.Keys);
            return;
        }
        Assert.True(s_page.Value.TryGetValue(filled, out var found), $"the page has no {filled}");
        Assert.Equal(metric.Type, found.Type);
        string[] others = name.Contains("_container_", StringComparison.Ordinal) ? [.. s_container, "host", "region"] : ["host", "region"];
        Assert.Equal(metric.OurLabels.Concat(others).Order(StringComparer.Ordinal), found.Labels.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ThePageHasNoNameThatUpstreamHasNot() =>
        Assert.Empty(s_page.Value.Keys.Except(UpstreamMetric.All.Where(metric => metric.IsThere).Select(metric => Brace().Replace(metric.Name, Value))));

    // Every family that upstream's names are made of, twice, since shares need two scrapes.
    private static async Task<IReadOnlyDictionary<string, (string Type, string[] Labels)>> RenderAsync()
    {
        var containers = new ContainerRegistry(Nobody);
        containers.Exists(1, "/docker/" + s_id);
        var time = new SteppingTime();
        using var scrape = new Scrape([new Everything()], new RequestCounts(), TimeSpan.FromSeconds(60), time, (name, fault) => Assert.Fail($"{name}: {fault}"), upstream: new UpstreamNames("h", "r", containers, time, "/nowhere"));
        string text = "";
        for (int i = 0; i < 2; i++)
        {
            MetricPage page = (await scrape.RenderAsync(ExpositionFormat.Text, CancellationToken.None))!;
            text = Encoding.UTF8.GetString(page.Written.Span);
            scrape.Return(page);
        }
        Dictionary<string, string> types = Type().Matches(text).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["type"].Value);
        return Sample().Matches(text).GroupBy(match => match.Groups["name"].Value).ToDictionary(
            group => group.Key, group => (types[group.Key], Label().Matches(group.First().Groups["labels"].Value).Select(label => label.Groups["name"].Value).ToArray()));
    }

    private static bool Nobody(ulong id, [NotNullWhen(true)] out string? path)
    {
        path = null;
        return false;
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Brace();

    [GeneratedRegex(@"^# TYPE huatuo_bamai_(?<name>\w+) (?<type>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"^huatuo_bamai_(?<name>\w+)\{(?<labels>.*)\} \S+$", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("(?<name>\\w+)=\"")]
    private static partial Regex Label();

    /// <summary>All families of the page that upstream's are made of, and for each rule a sample that it holds for.</summary>
    private sealed class Everything : IMetricSource
    {
        private static readonly (string Family, string Label, string[] Values)[] s_shares =
        [
            ("huatuo_cpu_seconds_total", "mode", ["user", "system", "idle", "iowait"]), ("huatuo_cpu_container_seconds_total", "mode", ["user", "system"]), ("huatuo_cpus_online", "", [""]),
        ];

        private double _value;

        public string Name => "everything";

        public void Write(MetricWriter writer)
        {
            _value++;
            // The page itself writes those about the scrape.
            foreach (RecordedFamily family in MetricTables.All.Values.SelectMany(families => families).Where(family => !family.Name.StartsWith("huatuo_scrape_", StringComparison.Ordinal)))
            {
                IEnumerable<(string, string)[]> samples = UpstreamRules.All.Where(rule => rule.From == family.Name).SelectMany(Fixed)
                    .Concat(s_shares.Where(share => share.Family == family.Name).SelectMany(share => share.Values.Select(value => new[] { (share.Label, value) })));
                List<string> written = [];
                foreach ((string Label, string Value)[] some in samples)
                {
                    Label[] labels = [.. family.Labels.Select(label => new Label(label, some.Where(one => one.Label == label).Select(one => one.Value).FirstOrDefault(label == "container_id" ? s_id : Value)))];
                    string key = string.Join(',', labels.Select(label => label.Value));
                    if (written.Contains(key))
                        continue;
                    if (written.Count == 0)
                        writer.Family(family.Name, family.Kind == MetricKind.Histogram ? MetricKind.Gauge : family.Kind, family.Help);
                    written.Add(key);
                    writer.Sample(_value, labels);
                }
            }
        }

        private static IEnumerable<(string, string)[]> Fixed(UpstreamRule rule)
        {
            (string, string)[] zone = rule.Zones.Count > 0 ? [("zone", rule.Zones[0])] : [];
            return rule.Only is { } only ? only.Values.Select(value => new[] { (only.Label, value) }.Concat(zone).ToArray()) : [zone];
        }
    }

    private sealed class SteppingTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _ticks);
    }
}
