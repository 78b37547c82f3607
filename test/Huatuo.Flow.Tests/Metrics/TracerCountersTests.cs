using Huatuo.Flow.Metrics;

namespace Huatuo.Flow.Tests.Metrics;

public sealed class TracerCountersTests
{
    private static readonly CounterFamily s_kills = new("huatuo_kills_total", "Kills.", "scope");
    private static readonly CounterFamily s_plain = new("huatuo_plain_total", "Plain.");

    private sealed class Lines : MetricWriter
    {
        private string _family = "";

        internal List<string> All { get; } = [];

        public override void Family(string name, MetricKind kind, string help) => _family = name;

        public override void Sample(double value, params ReadOnlySpan<Label> labels) =>
            All.Add($"{_family}{{{string.Join(',', labels.ToArray().Select(label => $"{label.Name}={label.Value}"))}}} {value}");
    }

    [Fact]
    public void OneWithoutLabelsStartsAtZero()
    {
        var counters = new TracerCounters([s_kills, s_plain]);
        counters.Add(s_kills, 2, "memcg");
        counters.Add(s_kills, 1, "global");
        counters.Add(s_kills, 1, "memcg");
        var lines = new Lines();
        counters.Write(lines);
        Assert.Equal(["huatuo_kills_total{scope=global} 1", "huatuo_kills_total{scope=memcg} 3", "huatuo_plain_total{} 0"], lines.All);
    }

    [Fact]
    public void LabelValuesAreBounded()
    {
        var counters = new TracerCounters([s_kills]);
        for (int i = 0; i < 1500; i++)
            counters.Add(s_kills, 1, $"{i:d4}");
        var lines = new Lines();
        counters.Write(lines);
        Assert.Equal(1001, lines.All.Count);
        Assert.Equal("huatuo_kills_total{scope=other} 500", lines.All[^1]);
    }

    [Fact]
    public void AValueForEachLabel() =>
        Assert.Throws<ArgumentException>(() => new TracerCounters([s_kills]).Add(s_kills, 1));
}
