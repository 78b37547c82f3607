using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>
/// One scrape in one of the formats: what all of them check and keep. Nothing is allocated per sample; the buffer is kept
/// from one scrape to the next.
/// </summary>
/// <remarks>
/// A broken contract (see <see cref="FamilyName"/>; a sample without its family, a family that was there before, a
/// counter below zero) throws <see cref="InvalidOperationException"/> and leaves half a sample behind, so whoever catches
/// it goes back to the <see cref="Mark"/> taken before.
/// </remarks>
/// <param name="format">The format.</param>
internal abstract class MetricPage(ExpositionFormat format) : MetricWriter
{
    private static readonly MetricFamily NoFamily = new("", MetricKind.Gauge, "");
    private readonly HashSet<string> _families = new(StringComparer.Ordinal);
    private readonly List<string> _familyOrder = [];

    /// <summary>The format.</summary>
    public ExpositionFormat Format { get; } = format;

    /// <summary>What was written since <see cref="Begin"/>, valid until the next one.</summary>
    public ReadOnlyMemory<byte> Written => Page.Written;

    /// <summary>The bytes that the page holds on to.</summary>
    public int Capacity => Page.Capacity;

    /// <summary>The bytes.</summary>
    protected PageBuffer Page { get; } = new();

    /// <summary>The name of the current family as declared; null before the first of a source.</summary>
    protected string? Name { get; private set; }

    /// <summary>What the current family is.</summary>
    protected MetricKind Kind { get; private set; }

    /// <summary>The bounds of the current family, when it is a histogram.</summary>
    protected IReadOnlyList<int> Bounds { get; private set; } = [];

    /// <summary>Forgets the scrape before and starts one.</summary>
    public virtual void Begin()
    {
        Name = null;
        Page.Truncate(0);
        _families.Clear();
        _familyOrder.Clear();
    }

    /// <summary>Closes the current family and returns the place to go back to.</summary>
    public Mark BeginSource()
    {
        Close();
        return new Mark(Page.Length, _familyOrder.Count);
    }

    /// <summary>Takes back everything that was written since the mark.</summary>
    public void Rollback(Mark mark)
    {
        Name = null;
        Page.Truncate(mark.Length);
        foreach (var family in _familyOrder[mark.Families..])
            _families.Remove(family);
        _familyOrder.RemoveRange(mark.Families, _familyOrder.Count - mark.Families);
    }

    /// <summary>Ends the scrape.</summary>
    public virtual void End() => Close();

    /// <inheritdoc/>
    public sealed override void Family(string name, MetricKind kind, string help)
    {
        Close();
        var family = FamilyName.OpenMetrics(name, kind).ToString();
        if (!_families.Add(family))
            throw new InvalidOperationException($"metric family {name} is declared twice in one scrape");
        _familyOrder.Add(family);
        Declare(name, family, kind, help);
        (Name, Kind, Bounds) = (name, kind, NoFamily.Bounds);
    }

    /// <summary>Starts a family that somebody else named, by other rules than those here.</summary>
    /// <param name="name">The whole name.</param>
    /// <param name="kind">A counter or a gauge.</param>
    /// <param name="help">One sentence.</param>
    public void ForeignFamily(string name, MetricKind kind, string help)
    {
        Close();
        FamilyName.CheckForeign(name);
        if (!_families.Add(name))
            throw new InvalidOperationException($"metric family {name} is declared twice in one scrape");
        _familyOrder.Add(name);
        DeclareForeign(name, kind, help);
        (Name, Kind, Bounds) = (name, kind, NoFamily.Bounds);
    }

    /// <inheritdoc/>
    public sealed override void Family(MetricFamily family)
    {
        base.Family(family);
        if (family.Kind == MetricKind.Histogram && family.Bounds.Count is 0 or > MetricFamily.MaxBounds)
            throw new InvalidOperationException($"the histogram {family.Name} has {family.Bounds.Count} bounds");
        Bounds = family.Bounds;
    }

    /// <inheritdoc/>
    public sealed override void Sample(double value, params ReadOnlySpan<Label> labels)
    {
        if (double.IsInteger(value) && Math.Abs(value) <= 1L << 53)
        {
            Sample((long)value, labels);
            return;
        }

        CheckValue(fits: Kind == MetricKind.Gauge || (Kind == MetricKind.Counter && value >= 0));
        Write(value, labels);
    }

    /// <inheritdoc/>
    public sealed override void Sample(long value, params ReadOnlySpan<Label> labels)
    {
        CheckValue(fits: Kind == MetricKind.Gauge || (Kind == MetricKind.Counter ? value >= 0 : value == 1));
        Write(value, labels);
    }

    /// <inheritdoc/>
    public sealed override void Sample(ulong value, params ReadOnlySpan<Label> labels)
    {
        CheckValue(fits: Kind != MetricKind.Info || value == 1);
        Write(value, labels);
    }

    /// <inheritdoc/>
    public sealed override void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels)
    {
        if (Name is null || Kind != MetricKind.Histogram)
            throw new InvalidOperationException("a histogram was written before its metric family");
        Write(in value, labels);
    }

    /// <summary>Writes what stands before the samples of a family.</summary>
    /// <param name="name">The name as declared.</param>
    /// <param name="family">The name without the suffix of its kind.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="help">One sentence.</param>
    protected abstract void Declare(string name, string family, MetricKind kind, string help);

    /// <summary>Writes what stands before the samples of a family that is named by other rules.</summary>
    protected virtual void DeclareForeign(string name, MetricKind kind, string help) => Declare(name, name, kind, help);

    /// <summary>Writes what stands behind the last sample of a family.</summary>
    protected virtual void Conclude()
    {
    }

    /// <summary>Writes a sample that fits its family.</summary>
    protected abstract void Write(double value, ReadOnlySpan<Label> labels);

    /// <inheritdoc cref="Write(double, ReadOnlySpan{Label})"/>
    protected abstract void Write(long value, ReadOnlySpan<Label> labels);

    /// <inheritdoc cref="Write(double, ReadOnlySpan{Label})"/>
    protected abstract void Write(ulong value, ReadOnlySpan<Label> labels);

    /// <summary>Writes a histogram that fits its family.</summary>
    protected abstract void Write(in ExponentialHistogram value, ReadOnlySpan<Label> labels);

    private void Close()
    {
        if (Name is not null)
            Conclude();
        Name = null;
    }

    private void CheckValue(bool fits)
    {
        if (Name is null)
            throw new InvalidOperationException("a sample was written before its metric family");
        if (Kind == MetricKind.Histogram)
            throw new InvalidOperationException($"a sample of the histogram {Name} is no histogram");
        if (!fits)
            throw new InvalidOperationException(Kind == MetricKind.Info
                ? $"a sample of the info {Name} has a value other than 1"
                : $"a sample of the counter {Name} is negative or not a number");
    }

    /// <summary>A place in a page.</summary>
    /// <param name="Length">Bytes written before it.</param>
    /// <param name="Families">Families declared before it.</param>
    internal readonly record struct Mark(int Length, int Families);
}
