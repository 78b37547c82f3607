namespace Huatuo.Flow.Metrics;

/// <summary>Receives one scrape, family by family, in exposition order.</summary>
/// <remarks>
/// A family belongs to exactly one <see cref="IMetricSource"/>, so that its samples stand together. Breaking the rules
/// stated here is a programming error, for which a writer may throw <see cref="InvalidOperationException"/>.
/// </remarks>
public abstract class MetricWriter
{
    /// <summary>Starts a family; the samples that follow belong to it.</summary>
    /// <param name="name">
    /// The whole name with its unit; a counter ends in <c>_total</c>, an info in <c>_info</c>, a gauge in neither.
    /// </param>
    /// <param name="kind">What the samples are.</param>
    /// <param name="help">One sentence without a line break.</param>
    public abstract void Family(string name, MetricKind kind, string help);

    /// <summary>Starts a family that was declared.</summary>
    /// <param name="family">The family.</param>
    public virtual void Family(MetricFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        Family(family.Name, family.Kind, family.Help);
    }

    /// <summary>Writes one sample of the current family.</summary>
    /// <param name="value">The value; integers up to 2^53 are written without a fraction.</param>
    /// <param name="labels">Labels in a fixed order; a value may hold any text.</param>
    public abstract void Sample(double value, params ReadOnlySpan<Label> labels);

    /// <summary>Writes one sample whose value is an integer, exact over its whole range where the writer can.</summary>
    /// <param name="value">The value.</param>
    /// <param name="labels">Labels in a fixed order; a value may hold any text.</param>
    public virtual void Sample(long value, params ReadOnlySpan<Label> labels) => Sample((double)value, labels);

    /// <summary>Writes one sample whose value is an integer, exact over its whole range where the writer can.</summary>
    /// <param name="value">The value.</param>
    /// <param name="labels">Labels in a fixed order; a value may hold any text.</param>
    public virtual void Sample(ulong value, params ReadOnlySpan<Label> labels) => Sample((double)value, labels);

    /// <summary>Writes one histogram of the current family, which is of the kind <see cref="MetricKind.Histogram"/>.</summary>
    /// <param name="value">Its buckets.</param>
    /// <param name="labels">Labels in a fixed order; none is <c>le</c>.</param>
    public virtual void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels) =>
        throw new InvalidOperationException("this writer takes no histograms");
}

/// <summary>One label of a sample.</summary>
/// <param name="Name">A Prometheus label name.</param>
/// <param name="Value">Any text; the writer escapes it.</param>
public readonly record struct Label(string Name, string Value);

/// <summary>The kinds of Prometheus families in use.</summary>
public enum MetricKind
{
    /// <summary>A value that only grows, also over a restart of its tracer.</summary>
    Counter,

    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>A constant 1 that carries labels.</summary>
    Info,

    /// <summary>A histogram whose counts only grow.</summary>
    Histogram,
}
