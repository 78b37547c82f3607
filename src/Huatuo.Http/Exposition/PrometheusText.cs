using System.Numerics;
using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>
/// Writes one scrape as UTF-8 text in either format. Nothing is allocated per sample; the buffer is kept from one
/// scrape to the next.
/// </summary>
/// <remarks>
/// A broken contract (see <see cref="FamilyName"/>; a sample without its family, a family that was there before, a
/// counter below zero) throws <see cref="InvalidOperationException"/> and leaves half a line behind, so whoever catches
/// it goes back to the <see cref="Mark"/> taken before.
/// </remarks>
internal sealed class PrometheusText : MetricWriter
{
    private readonly PageBuffer _page = new();
    private readonly HashSet<string> _families = new(StringComparer.Ordinal);
    private readonly List<string> _familyOrder = [];
    private ExpositionFormat _format;
    private string? _name;
    private MetricKind _kind;
    private IReadOnlyList<int> _bounds = [];

    /// <summary>What was written since <see cref="Begin"/>, valid until the next one.</summary>
    public ReadOnlyMemory<byte> Written => _page.Written;

    /// <summary>The bytes that the page holds on to.</summary>
    public int Capacity => _page.Capacity;

    /// <summary>Forgets the scrape before and starts one.</summary>
    public void Begin(ExpositionFormat format)
    {
        _format = format;
        _name = null;
        _page.Truncate(0);
        _families.Clear();
        _familyOrder.Clear();
    }

    /// <summary>Closes the current family and returns the place to go back to.</summary>
    public Mark BeginSource()
    {
        _name = null;
        return new Mark(_page.Length, _familyOrder.Count);
    }

    /// <summary>Takes back everything that was written since the mark.</summary>
    public void Rollback(Mark mark)
    {
        _name = null;
        _page.Truncate(mark.Length);
        foreach (var family in _familyOrder[mark.Families..])
            _families.Remove(family);
        _familyOrder.RemoveRange(mark.Families, _familyOrder.Count - mark.Families);
    }

    /// <summary>Ends the scrape.</summary>
    public void End()
    {
        _name = null;
        if (_format == ExpositionFormat.OpenMetrics)
            _page.Append("# EOF\n"u8);
    }

    /// <inheritdoc/>
    public override void Family(string name, MetricKind kind, string help)
    {
        _name = null;
        var family = FamilyName.OpenMetrics(name, kind).ToString();
        if (!_families.Add(family))
            throw new InvalidOperationException($"metric family {name} is declared twice in one scrape");
        _familyOrder.Add(family);

        var openMetrics = _format == ExpositionFormat.OpenMetrics;
        var described = openMetrics ? family : name;
        Describe("# HELP "u8, described);
        AppendEscaped(help, quotes: openMetrics);
        _page.Append("\n"u8);
        Describe("# TYPE "u8, described);
        _page.Append(kind switch
        {
            MetricKind.Counter => "counter\n"u8,
            MetricKind.Info when openMetrics => "info\n"u8,
            MetricKind.Histogram => "histogram\n"u8,
            _ => "gauge\n"u8,
        });
        if (openMetrics && kind != MetricKind.Info && FamilyName.Unit(family) is { Length: > 0 } unit)
        {
            Describe("# UNIT "u8, described);
            _page.Append(unit);
            _page.Append("\n"u8);
        }

        _name = name;
        _kind = kind;
    }

    /// <inheritdoc/>
    public override void Family(MetricFamily family)
    {
        base.Family(family);
        if (family.Kind == MetricKind.Histogram && family.Bounds.Count is 0 or > MetricFamily.MaxBounds)
            throw new InvalidOperationException($"the histogram {family.Name} has {family.Bounds.Count} bounds");
        _bounds = family.Bounds;
    }

    /// <inheritdoc/>
    public override void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels)
    {
        if (_name is null || _kind != MetricKind.Histogram)
            throw new InvalidOperationException("a histogram was written before its metric family");
        ulong below = value.ZeroCount;
        int next = 0;
        foreach (int bound in _bounds)
        {
            for (; next < value.Counts.Length && value.Offset + next <= bound; next++)
                below += value.Counts[next];
            BeginSample("_bucket"u8, labels, ExponentialHistogram.UpperBound(bound));
            EndSample(below);
        }
        ulong count = value.Count;
        BeginSample("_bucket"u8, labels, double.PositiveInfinity);
        EndSample(count);
        BeginSample("_sum"u8, labels);
        _page.AppendFormatted(value.Sum);
        _page.Append("\n"u8);
        BeginSample("_count"u8, labels);
        EndSample(count);
    }

    /// <inheritdoc/>
    public override void Sample(double value, params ReadOnlySpan<Label> labels)
    {
        if (double.IsInteger(value) && Math.Abs(value) <= 1L << 53)
        {
            Sample((long)value, labels);
            return;
        }

        CheckValue(fits: _kind == MetricKind.Gauge || (_kind == MetricKind.Counter && value >= 0));
        BeginSample(default, labels);
        Append(value);
        _page.Append("\n"u8);
    }

    /// <inheritdoc/>
    public override void Sample(long value, params ReadOnlySpan<Label> labels)
    {
        CheckValue(fits: _kind == MetricKind.Gauge || (_kind == MetricKind.Counter ? value >= 0 : value == 1));
        BeginSample(default, labels);
        EndSample(value);
    }

    /// <inheritdoc/>
    public override void Sample(ulong value, params ReadOnlySpan<Label> labels)
    {
        CheckValue(fits: _kind != MetricKind.Info || value == 1);
        BeginSample(default, labels);
        EndSample(value);
    }

    private void CheckValue(bool fits)
    {
        if (_name is null)
            throw new InvalidOperationException("a sample was written before its metric family");
        if (!fits)
            throw new InvalidOperationException(_kind == MetricKind.Info
                ? $"a sample of the info {_name} has a value other than 1"
                : $"a sample of the counter {_name} is negative or not a number");
    }

    private void EndSample<T>(T value)
        where T : struct, IBinaryInteger<T>
    {
        _page.AppendFormatted(value);
        _page.Append("\n"u8);
    }

    private void Append(double value)
    {
        if (double.IsFinite(value))
            _page.AppendFormatted(value);
        else
            _page.Append(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
    }

    private void BeginSample(ReadOnlySpan<byte> suffix, ReadOnlySpan<Label> labels, double? bound = null)
    {
        _page.AppendText(_name!);
        _page.Append(suffix);
        for (var i = 0; i < labels.Length; i++)
        {
            FamilyName.CheckLabel(_name!, labels[..i], labels[i].Name);
            _page.Append(i == 0 ? "{"u8 : ","u8);
            _page.AppendText(labels[i].Name);
            _page.Append("=\""u8);
            AppendEscaped(labels[i].Value, quotes: true);
            _page.Append("\""u8);
        }

        if (bound is { } upper)
        {
            _page.Append(labels.IsEmpty ? "{le=\""u8 : ",le=\""u8);
            Append(upper);
            _page.Append("\""u8);
        }
        _page.Append(labels.IsEmpty && bound is null ? " "u8 : "} "u8);
    }

    private void Describe(ReadOnlySpan<byte> keyword, string name)
    {
        _page.Append(keyword);
        _page.AppendText(name);
        _page.Append(" "u8);
    }

    /// <summary>Both formats escape the same in labels; in a help text only OpenMetrics escapes quotes.</summary>
    private void AppendEscaped(string? text, bool quotes)
    {
        var rest = text.AsSpan();
        var special = quotes ? "\\\n\"" : "\\\n";
        for (int at; (at = rest.IndexOfAny(special)) >= 0; rest = rest[(at + 1)..])
        {
            _page.AppendText(rest[..at]);
            _page.Append(rest[at] switch
            {
                '\\' => "\\\\"u8,
                '\n' => "\\n"u8,
                _ => "\\\""u8,
            });
        }

        _page.AppendText(rest);
    }

    /// <summary>A place in a page.</summary>
    /// <param name="Length">Bytes written before it.</param>
    /// <param name="Families">Families declared before it.</param>
    internal readonly record struct Mark(int Length, int Families);
}
