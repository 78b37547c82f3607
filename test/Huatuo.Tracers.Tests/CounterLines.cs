using System.Globalization;
using Huatuo.Flow.Metrics;

namespace Huatuo.Tracers.Tests;

/// <summary>A tracer's own counters as lines, <c>name{label=value,…} count</c>.</summary>
internal sealed class CounterLines : MetricWriter
{
    private readonly List<string> _lines = [];
    private string _family = "";

    internal static IReadOnlyList<string> Of(TracerCounters counters)
    {
        var lines = new CounterLines();
        counters.Write(lines);
        return lines._lines;
    }

    public override void Family(string name, MetricKind kind, string help) => _family = name;

    public override void Sample(double value, params ReadOnlySpan<Label> labels) => _lines.Add(string.Create(
        CultureInfo.InvariantCulture, $"{_family}{{{string.Join(',', labels.ToArray().Select(label => $"{label.Name}={label.Value}"))}}} {value}"));
}
