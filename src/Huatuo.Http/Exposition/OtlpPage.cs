using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>
/// Writes one scrape as an <c>ExportMetricsServiceRequest</c> of OpenTelemetry: counters as cumulative sums, gauges, and
/// histograms as exponential ones with every bucket. Names are without the suffix of their kind.
/// </summary>
/// <remarks>Field numbers are those of <c>opentelemetry/proto/metrics/v1/metrics.proto</c>.</remarks>
/// <param name="resource">Where the metrics come from.</param>
/// <param name="start">Since when counters count, the same on every page.</param>
/// <param name="time">The time of the points.</param>
internal sealed class OtlpPage(OtlpResource resource, DateTimeOffset start, TimeProvider time) : MetricPage(ExpositionFormat.Otlp)
{
    private const ulong Cumulative = 2;
    private const int RequestMetricsField = 1;
    private const int ResourceField = 1;
    private const int ScopeMetricsField = 2;
    private const int ScopeField = 1;
    private const int MetricField = 2;
    private const int NameField = 1;
    private const int DescriptionField = 2;
    private const int UnitField = 3;
    private const int GaugeField = 5;
    private const int SumField = 7;
    private const int HistogramField = 10;
    private const int PointField = 1;
    private const int TemporalityField = 2;
    private const int MonotonicField = 3;
    private const int StartField = 2;
    private const int TimeField = 3;
    private const int DoubleField = 4;
    private const int IntegerField = 6;
    private const int PointAttributeField = 7;
    private const int HistogramAttributeField = 1;

    private readonly ulong _start = Nanoseconds(start);
    private ulong _now;
    private int _metrics;
    private int _scope;
    private int _metric;
    private int _data;

    /// <inheritdoc/>
    public override void Begin()
    {
        base.Begin();
        _now = Nanoseconds(time.GetUtcNow());
        _metrics = Page.BeginField(RequestMetricsField);
        int described = Page.BeginField(ResourceField);
        foreach (Label attribute in resource.Attributes)
            AppendAttribute(1, attribute);
        Page.EndLength(described);
        _scope = Page.BeginField(ScopeMetricsField);
        int scope = Page.BeginField(ScopeField);
        Page.AppendField(NameField, "huatuo");
        Page.AppendField(2, resource.Version);
        Page.EndLength(scope);
    }

    /// <inheritdoc/>
    public override void End()
    {
        base.End();
        Page.EndLength(_scope);
        Page.EndLength(_metrics);
    }

    /// <inheritdoc/>
    protected override void Declare(string name, string family, MetricKind kind, string help)
    {
        _metric = Page.BeginField(MetricField);
        Page.AppendField(NameField, family);
        Page.AppendField(DescriptionField, help);
        if (Unit(FamilyName.Unit(family)) is { } unit)
            Page.AppendField(UnitField, unit);
        _data = Page.BeginField(kind switch
        {
            MetricKind.Counter => SumField,
            MetricKind.Histogram => HistogramField,
            _ => GaugeField,
        });
    }

    /// <inheritdoc/>
    protected override void Conclude()
    {
        if (Kind is MetricKind.Counter or MetricKind.Histogram)
            Page.AppendField(TemporalityField, Cumulative);
        if (Kind == MetricKind.Counter)
            Page.AppendField(MonotonicField, 1UL);
        Page.EndLength(_data);
        Page.EndLength(_metric);
    }

    /// <inheritdoc/>
    protected override void Write(double value, ReadOnlySpan<Label> labels)
    {
        int point = BeginPoint(labels, PointAttributeField);
        Page.AppendField(DoubleField, value);
        Page.EndLength(point);
    }

    /// <inheritdoc/>
    protected override void Write(long value, ReadOnlySpan<Label> labels)
    {
        int point = BeginPoint(labels, PointAttributeField);
        Page.AppendFixedField(IntegerField, (ulong)value);
        Page.EndLength(point);
    }

    /// <inheritdoc/>
    protected override void Write(ulong value, ReadOnlySpan<Label> labels)
    {
        if (value <= long.MaxValue)
            Write((long)value, labels);
        else
            Write((double)value, labels);
    }

    /// <inheritdoc/>
    protected override void Write(in ExponentialHistogram value, ReadOnlySpan<Label> labels)
    {
        const int countField = 4, sumField = 5, scaleField = 6, zeroField = 7, positiveField = 8, zeroThresholdField = 14;
        int point = BeginPoint(labels, HistogramAttributeField);
        Page.AppendFixedField(countField, value.Count);
        Page.AppendField(sumField, value.Sum);
        Page.AppendField(scaleField, PageBuffer.ZigZag(ExponentialHistogram.Schema));
        Page.AppendFixedField(zeroField, value.ZeroCount);
        int positive = Page.BeginField(positiveField);
        Page.AppendField(1, PageBuffer.ZigZag(value.Offset - 1));
        int counts = Page.BeginField(2);
        foreach (ulong count in value.Counts)
            Page.AppendVarint(count);
        Page.EndLength(counts);
        Page.EndLength(positive);
        foreach (ref readonly Exemplar exemplar in value.Exemplars)
            Append(in exemplar);
        if (value.ZeroThreshold > 0)
            Page.AppendField(zeroThresholdField, value.ZeroThreshold);
        Page.EndLength(point);
    }

    private void Append(in Exemplar exemplar)
    {
        const int exemplarField = 11, timeField = 2, valueField = 3, attributeField = 7;
        int message = Page.BeginField(exemplarField);
        Page.AppendFixedField(timeField, (ulong)exemplar.Event.UtcNanoseconds);
        Page.AppendField(valueField, exemplar.Value);
        int pair = Page.BeginField(attributeField);
        Page.AppendUtf8Field(1, BucketExemplar.IdLabel);
        int value = Page.BeginField(2);
        int id = Page.BeginField(1);
        Page.Append(exemplar.Event.Id);
        Page.EndLength(id);
        Page.EndLength(value);
        Page.EndLength(pair);
        pair = Page.BeginField(attributeField);
        Page.AppendUtf8Field(1, BucketExemplar.TracerLabel);
        value = Page.BeginField(2);
        Page.AppendField(1, exemplar.Event.Tracer);
        Page.EndLength(value);
        Page.EndLength(pair);
        Page.EndLength(message);
    }

    private static ulong Nanoseconds(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static string? Unit(ReadOnlySpan<byte> unit) => unit.IsEmpty ? null
        : unit.SequenceEqual("seconds"u8) ? "s"
        : unit.SequenceEqual("bytes"u8) ? "By"
        : "1";

    private int BeginPoint(ReadOnlySpan<Label> labels, int attributeField)
    {
        int point = Page.BeginField(PointField);
        if (Kind is MetricKind.Counter or MetricKind.Histogram)
            Page.AppendFixedField(StartField, _start);
        Page.AppendFixedField(TimeField, _now);
        for (var i = 0; i < labels.Length; i++)
        {
            FamilyName.CheckLabel(Name!, labels[..i], labels[i].Name);
            AppendAttribute(attributeField, labels[i]);
        }

        return point;
    }

    private void AppendAttribute(int field, Label attribute)
    {
        int pair = Page.BeginField(field);
        Page.AppendField(1, attribute.Name);
        int value = Page.BeginField(2);
        Page.AppendField(1, attribute.Value);
        Page.EndLength(value);
        Page.EndLength(pair);
    }
}

/// <summary>Where pushed metrics come from.</summary>
/// <param name="Version">The program's.</param>
/// <param name="Attributes">By OpenTelemetry's semantic conventions.</param>
internal sealed record OtlpResource(string Version, IReadOnlyList<Label> Attributes);
