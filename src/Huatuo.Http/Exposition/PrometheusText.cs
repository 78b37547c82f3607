using System.Numerics;
using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>Writes one scrape as UTF-8 text, in Prometheus' or in OpenMetrics' form.</summary>
/// <param name="format">One of the two.</param>
internal sealed class PrometheusText(ExpositionFormat format) : MetricPage(format)
{
    private bool OpenMetrics => Format == ExpositionFormat.OpenMetrics;

    /// <inheritdoc/>
    public override void End()
    {
        base.End();
        if (OpenMetrics)
            Page.Append("# EOF\n"u8);
    }

    /// <inheritdoc/>
    protected override void Declare(string name, string family, MetricKind kind, string help)
    {
        var described = OpenMetrics ? family : name;
        Describe("# HELP "u8, described);
        AppendEscaped(help, quotes: OpenMetrics);
        Page.Append("\n"u8);
        Describe("# TYPE "u8, described);
        Page.Append(kind switch
        {
            MetricKind.Counter => "counter\n"u8,
            MetricKind.Histogram => "histogram\n"u8,
            MetricKind.Info when OpenMetrics => "info\n"u8,
            _ => "gauge\n"u8,
        });
        if (OpenMetrics && kind != MetricKind.Info && FamilyName.Unit(family) is { Length: > 0 } unit)
        {
            Describe("# UNIT "u8, described);
            Page.Append(unit);
            Page.Append("\n"u8);
        }
    }

    /// <inheritdoc/>
    protected override void DeclareForeign(string name, MetricKind kind, string help)
    {
        Describe("# HELP "u8, name);
        AppendEscaped(help, quotes: OpenMetrics);
        Page.Append("\n"u8);
        Describe("# TYPE "u8, name);
        // In OpenMetrics a counter's name would have to end in _total.
        Page.Append(OpenMetrics ? "unknown\n"u8 : kind == MetricKind.Counter ? "counter\n"u8 : "gauge\n"u8);
    }

    /// <inheritdoc/>
    protected override void Write(double value, ReadOnlySpan<Label> labels)
    {
        BeginSample(default, labels);
        Append(value);
        Page.Append("\n"u8);
    }

    /// <inheritdoc/>
    protected override void Write(long value, ReadOnlySpan<Label> labels)
    {
        BeginSample(default, labels);
        EndSample(value);
    }

    /// <inheritdoc/>
    protected override void Write(ulong value, ReadOnlySpan<Label> labels)
    {
        BeginSample(default, labels);
        EndSample(value);
    }

    /// <inheritdoc/>
    protected override void Write(in ExponentialHistogram value, ReadOnlySpan<Label> labels)
    {
        ulong below = value.ZeroCount, before = 0;
        int next = 0;
        double lower = double.NegativeInfinity;
        foreach (int bound in Bounds)
        {
            for (; next < value.Counts.Length && value.Offset + next <= bound; next++)
                below += value.Counts[next];
            double upper = ExponentialHistogram.UpperBound(bound);
            WriteBucket(labels, upper, below, below > before ? BucketExemplar.Of(value.Exemplars, lower, upper) : null);
            (before, lower) = (below, upper);
        }

        ulong count = value.Count;
        WriteBucket(labels, double.PositiveInfinity, count, count > before ? BucketExemplar.Of(value.Exemplars, lower, double.PositiveInfinity) : null);
        BeginSample("_sum"u8, labels);
        Append(value.Sum);
        Page.Append("\n"u8);
        BeginSample("_count"u8, labels);
        EndSample(count);
    }

    private void WriteBucket(ReadOnlySpan<Label> labels, double upper, ulong count, Exemplar? exemplar)
    {
        BeginSample("_bucket"u8, labels, upper);
        Page.AppendFormatted(count);
        // The other format has no place for it.
        if (OpenMetrics && exemplar is { } shown)
            AppendExemplar(in shown);
        Page.Append("\n"u8);
    }

    private void AppendExemplar(in Exemplar exemplar)
    {
        const double nanoseconds = 1e9;
        Page.Append(" # {"u8);
        Page.Append(BucketExemplar.IdLabel);
        Page.Append("=\""u8);
        Page.Append(exemplar.Event.Id);
        Page.Append("\","u8);
        Page.Append(BucketExemplar.TracerLabel);
        Page.Append("=\""u8);
        Page.AppendText(exemplar.Event.Tracer);
        Page.Append("\"} "u8);
        Page.AppendFormatted(exemplar.Value);
        Page.Append(" "u8);
        Page.AppendFormatted(exemplar.Event.UtcNanoseconds / nanoseconds);
    }

    private void EndSample<T>(T value)
        where T : struct, IBinaryInteger<T>
    {
        Page.AppendFormatted(value);
        Page.Append("\n"u8);
    }

    private void Append(double value)
    {
        if (double.IsFinite(value))
            Page.AppendFormatted(value);
        else
            Page.Append(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
    }

    private void BeginSample(ReadOnlySpan<byte> suffix, ReadOnlySpan<Label> labels, double? bound = null)
    {
        Page.AppendText(Name!);
        Page.Append(suffix);
        for (var i = 0; i < labels.Length; i++)
        {
            FamilyName.CheckLabel(Name!, labels[..i], labels[i].Name);
            Page.Append(i == 0 ? "{"u8 : ","u8);
            Page.AppendText(labels[i].Name);
            Page.Append("=\""u8);
            AppendEscaped(labels[i].Value, quotes: true);
            Page.Append("\""u8);
        }

        if (bound is { } upper)
            AppendBound(upper, isFirst: labels.IsEmpty);
        Page.Append(labels.IsEmpty && bound is null ? " "u8 : "} "u8);
    }

    // OpenMetrics wants a fraction in every bound.
    private void AppendBound(double upper, bool isFirst)
    {
        Page.Append(isFirst ? "{le=\""u8 : ",le=\""u8);
        Append(upper);
        Page.Append(OpenMetrics && double.IsInteger(upper) ? ".0\""u8 : "\""u8);
    }

    private void Describe(ReadOnlySpan<byte> keyword, string name)
    {
        Page.Append(keyword);
        Page.AppendText(name);
        Page.Append(" "u8);
    }

    /// <summary>Both formats escape the same in labels; in a help text only OpenMetrics escapes quotes.</summary>
    private void AppendEscaped(string? text, bool quotes)
    {
        var rest = text.AsSpan();
        var special = quotes ? "\\\n\"" : "\\\n";
        for (int at; (at = rest.IndexOfAny(special)) >= 0; rest = rest[(at + 1)..])
        {
            Page.AppendText(rest[..at]);
            Page.Append(rest[at] switch
            {
                '\\' => "\\\\"u8,
                '\n' => "\\n"u8,
                _ => "\\\""u8,
            });
        }

        Page.AppendText(rest);
    }
}
