using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Collecting;

/// <summary>
/// What a file tells line by line, kept until it is written family by family. Its memory is kept from scrape to scrape. Rows over
/// the bound are summed in one whose labels are all <c>other</c>.
/// </summary>
/// <param name="maxRows">The most rows beside that one.</param>
/// <param name="columns">The families; all have the same labels, at most three.</param>
internal sealed class SeriesTable(int maxRows, params Column[] columns)
{
    /// <summary>A number that a row does not have.</summary>
    internal const ulong Absent = ulong.MaxValue;

    private const string Other = "other";
    private readonly int _labels = columns[0].Family.Labels.Count;
    private readonly HashSet<(string?, string?, string?)> _known = [];
    private readonly ulong[] _rest = new ulong[columns.Length];
    private string[] _names = [];
    private ulong[] _numbers = [];
    private bool _hasRest;
    private int _doubled;

    /// <summary>The rows, without the one for the rest.</summary>
    internal int Count { get; private set; }

    /// <summary>Forgets all rows.</summary>
    internal void Clear()
    {
        Count = _doubled = 0;
        _known.Clear();
        _hasRest = false;
        _rest.AsSpan().Fill(Absent);
    }

    /// <summary>Adds a row, unless there is one with the same labels: a file that changes while it is read may tell of a thing twice.</summary>
    /// <param name="numbers">One for each column; those that are left out at the end are <see cref="Absent"/>.</param>
    /// <param name="labels">The values of its labels.</param>
    internal void Add(ReadOnlySpan<ulong> numbers, params ReadOnlySpan<string> labels)
    {
        if (!_known.Add((labels.Length > 0 ? labels[0] : null, labels.Length > 1 ? labels[1] : null, labels.Length > 2 ? labels[2] : null)))
        {
            _doubled++;
            return;
        }
        if (Count >= maxRows)
        {
            AddRest(numbers);
            return;
        }
        if ((Count + 1) * columns.Length > _numbers.Length)
        {
            int rows = Math.Min(maxRows, Math.Max(16, Count * 2));
            Array.Resize(ref _numbers, rows * columns.Length);
            Array.Resize(ref _names, rows * _labels);
        }
        Span<ulong> row = _numbers.AsSpan(Count * columns.Length, columns.Length);
        row.Fill(Absent);
        numbers.CopyTo(row);
        labels[.._labels].CopyTo(_names.AsSpan(Count * _labels));
        Count++;
    }

    /// <summary>Writes the families that have numbers.</summary>
    /// <param name="writer">The scrape.</param>
    /// <param name="skipped">Counts the rows that were there already.</param>
    internal void Write(MetricWriter writer, SkippedLines skipped)
    {
        for (; _doubled > 0; _doubled--)
            skipped.Add();
        for (int column = 0; column < columns.Length; column++)
        {
            bool isOpen = false;
            for (int row = 0; row < Count; row++)
                if (_numbers[row * columns.Length + column] is not Absent and ulong number)
                    Write(writer, column, number, _names.AsSpan(row * _labels, _labels), ref isOpen);
            if (_hasRest && _rest[column] is not Absent and ulong rest)
                Write(writer, column, rest, [Other, Other, Other], ref isOpen);
        }
    }

    private void AddRest(ReadOnlySpan<ulong> numbers)
    {
        _hasRest = true;
        for (int column = 0; column < numbers.Length; column++)
            if (numbers[column] is not Absent and ulong number)
                _rest[column] = _rest[column] == Absent ? number : unchecked(_rest[column] + number);
    }

    private void Write(MetricWriter writer, int column, ulong number, ReadOnlySpan<string> values, ref bool isOpen)
    {
        (MetricFamily family, double divisor) = columns[column];
        if (!isOpen)
            writer.Family(family);
        isOpen = true;
        IReadOnlyList<string> names = family.Labels;
        switch (_labels)
        {
            case 0: Sample(writer, number, divisor); break;
            case 1: Sample(writer, number, divisor, new Label(names[0], values[0])); break;
            case 2: Sample(writer, number, divisor, new Label(names[0], values[0]), new Label(names[1], values[1])); break;
            default: Sample(writer, number, divisor, new Label(names[0], values[0]), new Label(names[1], values[1]), new Label(names[2], values[2])); break;
        }
    }

    private static void Sample(MetricWriter writer, ulong number, double divisor, params ReadOnlySpan<Label> labels)
    {
        if (divisor == 1)
            writer.Sample(number, labels);
        else
            writer.Sample(number / divisor, labels);
    }
}
