using System.Globalization;
using System.Numerics;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Tests;

/// <summary>One scrape of a metric tracer: its samples by name and labels, <c>name{label="value"}</c>. What its definition
/// does not declare, or declares with other labels, fails the test.</summary>
/// <param name="definition">The tracer.</param>
internal sealed class MetricPage(MetricTracerDefinition definition) : MetricWriter
{
    private readonly List<string> _lines = [];
    private readonly HashSet<string> _families = [];
    private MetricFamily? _family;

    /// <summary>The values.</summary>
    internal Dictionary<string, double> Samples { get; } = [];

    /// <summary>All samples in the order in which they were written; of a histogram the buckets that are not empty, as
    /// <c>name[index]</c>.</summary>
    internal string Text => string.Concat(_lines.Select(line => line + "\n"));

    /// <summary>A value, or 0 when there is no such sample.</summary>
    internal double this[string sample] => Samples.GetValueOrDefault(sample);

    public override void Family(string name, MetricKind kind, string help)
    {
        _family = Assert.Single(definition.Families, family => family.Name == name && family.Kind == kind && family.Help == help);
        Assert.True(_families.Add(name), $"{name} is written twice");
    }

    public override void Sample(double value, params ReadOnlySpan<Label> labels) => Add("", value, labels);

    public override void Sample(ulong value, params ReadOnlySpan<Label> labels) => Add("", value, labels);

    public override void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels)
    {
        Assert.Equal(MetricKind.Histogram, _family!.Kind);
        if (value.ZeroCount > 0)
            Add("[zero]", value.ZeroCount, labels);
        for (int i = 0; i < value.Counts.Length; i++)
            if (value.Counts[i] > 0)
                Add($"[{value.Offset + i}]", value.Counts[i], labels);
        Add("_count", value.Count, labels);
        Add("_sum", value.Sum, labels);
    }

    private void Add<T>(string suffix, T value, ReadOnlySpan<Label> labels)
        where T : INumber<T>
    {
        Assert.False(_family!.Kind == MetricKind.Counter && !(value >= T.Zero), $"{_family.Name} is {value}");
        List<string> names = [], pairs = [];
        foreach (Label label in labels)
        {
            names.Add(label.Name);
            pairs.Add($"{label.Name}=\"{label.Value}\"");
        }
        Assert.Equal(_family.Labels, names);
        string sample = _family.Name + suffix + (pairs.Count > 0 ? $"{{{string.Join(',', pairs)}}}" : "");
        Assert.True(Samples.TryAdd(sample, double.CreateChecked(value)), $"{sample} is written twice");
        _lines.Add($"{sample} {value.ToString(null, CultureInfo.InvariantCulture)}");
    }
}
