using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>
/// Writes one scrape as <c>io.prometheus.client.MetricFamily</c> messages, each behind its length: the format in which
/// histograms are native, with every bucket, beside their classic bounds.
/// </summary>
/// <remarks>Field numbers are those of Prometheus' <c>metrics.proto</c>; an info is a gauge there.</remarks>
internal sealed class PrometheusProto() : MetricPage(ExpositionFormat.Protobuf)
{
    /// <summary>Empty buckets between others that are written as zeros; more begin a new span.</summary>
    private const int MaxGap = 2;

    private const ulong CounterType = 0;
    private const ulong GaugeType = 1;
    private const ulong HistogramType = 4;

    private const int FamilyNameField = 1;
    private const int FamilyHelpField = 2;
    private const int FamilyTypeField = 3;
    private const int FamilyMetricField = 4;
    private const int MetricLabelField = 1;
    private const int MetricGaugeField = 2;
    private const int MetricCounterField = 3;
    private const int MetricHistogramField = 7;
    private const int HistogramCountField = 1;
    private const int HistogramSumField = 2;
    private const int HistogramBucketField = 3;
    private const int HistogramSchemaField = 5;
    private const int HistogramZeroThresholdField = 6;
    private const int HistogramZeroCountField = 7;
    private const int HistogramSpanField = 12;
    private const int HistogramDeltaField = 13;
    private const int HistogramExemplarField = 16;
    private const int BucketExemplarField = 3;

    private int _family;

    /// <inheritdoc/>
    protected override void Declare(string name, string family, MetricKind kind, string help)
    {
        _family = Page.BeginLength();
        Page.AppendField(FamilyNameField, name);
        Page.AppendField(FamilyHelpField, help);
        Page.AppendField(FamilyTypeField, kind switch
        {
            MetricKind.Counter => CounterType,
            MetricKind.Histogram => HistogramType,
            _ => GaugeType,
        });
    }

    /// <inheritdoc/>
    protected override void Conclude() => Page.EndLength(_family);

    /// <inheritdoc/>
    protected override void Write(double value, ReadOnlySpan<Label> labels)
    {
        int metric = BeginMetric(labels);
        int sample = Page.BeginField(Kind == MetricKind.Counter ? MetricCounterField : MetricGaugeField);
        Page.AppendField(1, value);
        Page.EndLength(sample);
        Page.EndLength(metric);
    }

    /// <inheritdoc/>
    protected override void Write(long value, ReadOnlySpan<Label> labels) => Write((double)value, labels);

    /// <inheritdoc/>
    protected override void Write(ulong value, ReadOnlySpan<Label> labels) => Write((double)value, labels);

    /// <inheritdoc/>
    protected override void Write(in ExponentialHistogram value, ReadOnlySpan<Label> labels)
    {
        int metric = BeginMetric(labels);
        int histogram = Page.BeginField(MetricHistogramField);
        Page.AppendField(HistogramCountField, value.Count);
        Page.AppendField(HistogramSumField, value.Sum);
        WriteClassic(in value);
        Page.AppendField(HistogramSchemaField, PageBuffer.ZigZag(ExponentialHistogram.Schema));
        // Above zero also without values: that is how a native histogram is told from a classic one.
        Page.AppendField(HistogramZeroThresholdField, Math.Max(Math.Pow(2, -128), value.ZeroThreshold));
        Page.AppendField(HistogramZeroCountField, value.ZeroCount);
        WriteSpans(in value);
        WriteDeltas(in value);
        foreach (ref readonly Exemplar exemplar in value.Exemplars)
            Append(HistogramExemplarField, in exemplar);
        Page.EndLength(histogram);
        Page.EndLength(metric);
    }

    private int BeginMetric(ReadOnlySpan<Label> labels)
    {
        int metric = Page.BeginField(FamilyMetricField);
        for (var i = 0; i < labels.Length; i++)
        {
            FamilyName.CheckLabel(Name!, labels[..i], labels[i].Name);
            int label = Page.BeginField(MetricLabelField);
            Page.AppendField(1, labels[i].Name);
            Page.AppendField(2, labels[i].Value);
            Page.EndLength(label);
        }

        return metric;
    }

    private void WriteClassic(in ExponentialHistogram value)
    {
        ulong below = value.ZeroCount, before = 0;
        int next = 0;
        double lower = double.NegativeInfinity;
        foreach (int bound in Bounds)
        {
            for (; next < value.Counts.Length && value.Offset + next <= bound; next++)
                below += value.Counts[next];
            int bucket = Page.BeginField(HistogramBucketField);
            Page.AppendField(1, below);
            double upper = ExponentialHistogram.UpperBound(bound);
            Page.AppendField(2, upper);
            if (below > before && BucketExemplar.Of(value.Exemplars, lower, upper) is { } exemplar)
                Append(BucketExemplarField, in exemplar);
            Page.EndLength(bucket);
            (before, lower) = (below, upper);
        }
    }

    private void Append(int field, in Exemplar exemplar)
    {
        const int labelField = 1, valueField = 2, timeField = 3;
        int message = Page.BeginField(field);
        int label = Page.BeginField(labelField);
        Page.AppendUtf8Field(1, BucketExemplar.IdLabel);
        int id = Page.BeginField(2);
        Page.Append(exemplar.Event.Id);
        Page.EndLength(id);
        Page.EndLength(label);
        label = Page.BeginField(labelField);
        Page.AppendUtf8Field(1, BucketExemplar.TracerLabel);
        Page.AppendField(2, exemplar.Event.Tracer);
        Page.EndLength(label);
        Page.AppendField(valueField, exemplar.Value);
        int time = Page.BeginField(timeField);
        Page.AppendField(1, (ulong)(exemplar.Event.UtcNanoseconds / 1_000_000_000));
        Page.AppendField(2, (ulong)(exemplar.Event.UtcNanoseconds % 1_000_000_000));
        Page.EndLength(time);
        Page.EndLength(message);
    }

    private void WriteSpans(in ExponentialHistogram value)
    {
        int behind = 0;
        bool isFirst = true;
        for (int at = 0; TryNextSpan(value.Counts, ref at, out int start, out int length);)
        {
            int span = Page.BeginField(HistogramSpanField);
            Page.AppendField(1, PageBuffer.ZigZag(isFirst ? value.Offset + start : start - behind));
            Page.AppendField(2, (ulong)length);
            Page.EndLength(span);
            behind = start + length;
            isFirst = false;
        }
    }

    private void WriteDeltas(in ExponentialHistogram value)
    {
        long before = 0;
        for (int at = 0; TryNextSpan(value.Counts, ref at, out int start, out int length);)
            foreach (ulong count in value.Counts.Slice(start, length))
            {
                Page.AppendField(HistogramDeltaField, PageBuffer.ZigZag((long)count - before));
                before = (long)count;
            }
    }

    private static bool TryNextSpan(ReadOnlySpan<ulong> counts, ref int at, out int start, out int length)
    {
        int found = counts[at..].IndexOfAnyExcept(0UL);
        (start, length) = (at + found, 0);
        if (found < 0)
            return false;
        int end = start + 1;
        for (int i = end; i < counts.Length && i - end <= MaxGap; i++)
            if (counts[i] != 0)
                end = i + 1;
        length = end - start;
        at = end;
        return true;
    }
}
