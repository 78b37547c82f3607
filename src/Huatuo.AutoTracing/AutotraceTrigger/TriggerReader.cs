using Huatuo.Flow.Metrics;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>Takes from a page what triggers ask for.</summary>
/// <param name="states">The triggers.</param>
internal sealed class TriggerReader(IReadOnlyList<TriggerState> states) : MetricWriter
{
    internal const string CountSuffix = "_count", SumSuffix = "_sum";

    private string _family = "";
    private bool _onlyGrows;

    /// <summary>The time of the look, since any moment.</summary>
    internal TimeSpan At { get; set; }

    /// <summary>Families of the source that is being written that somebody asks for.</summary>
    internal HashSet<string> Found { get; } = [];

    /// <inheritdoc/>
    public override void Family(string name, MetricKind kind, string help)
    {
        _family = name;
        _onlyGrows = kind is MetricKind.Counter or MetricKind.Histogram;
        // Also one without any series yet.
        foreach (TriggerState state in states)
            if (state.Trigger.When.Selector.Metric is { } metric && (metric == name || (kind == MetricKind.Histogram && Part(metric) is not null)))
                Found.Add(metric);
    }

    /// <inheritdoc/>
    public override void Sample(double value, params ReadOnlySpan<Label> labels) => Take(_family, value, labels);

    /// <inheritdoc/>
    public override void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels)
    {
        foreach (TriggerState state in states)
        {
            switch (Part(state.Trigger.When.Selector.Metric))
            {
                case CountSuffix:
                    Take(state, value.Count, labels);
                    break;
                case SumSuffix:
                    Take(state, value.Sum, labels);
                    break;
            }
        }
    }

    // What of the histogram that is being written a metric is; null when nothing.
    private string? Part(string metric) => !metric.StartsWith(_family, StringComparison.Ordinal) ? null : metric.AsSpan(_family.Length) switch
    {
        CountSuffix => CountSuffix,
        SumSuffix => SumSuffix,
        _ => null,
    };

    private void Take(string metric, double value, ReadOnlySpan<Label> labels)
    {
        foreach (TriggerState state in states)
            if (state.Trigger.When.Selector.Metric == metric)
                Take(state, value, labels);
    }

    private void Take(TriggerState state, double value, ReadOnlySpan<Label> labels)
    {
        MetricSelector selector = state.Trigger.When.Selector;
        if (double.IsFinite(value) && selector.Holds(labels))
            state.Take(selector.Series(labels), At, value, _onlyGrows);
    }
}
