using System.Globalization;

namespace Huatuo.TestRun;

/// <summary>What a test saw of one kind of event of one tracer, as the test attached it to its result.</summary>
/// <param name="Tracer">The tracer, and the kind of event where it has several.</param>
/// <param name="Provoked">How many events it provoked.</param>
/// <param name="Seen">How many of them were told.</param>
/// <param name="Silences">How many times nothing was to be told.</param>
/// <param name="False">How many events were told then.</param>
internal sealed record Observation(string Tracer, int Provoked, int Seen, int Silences, int False)
{
    /// <summary>Attachments with this prefix hold observations, one a line.</summary>
    public const string Prefix = "observed";

    /// <summary>Reads the fields of the record in their order, separated by tabs.</summary>
    /// <exception cref="InvalidDataException">It is not that.</exception>
    public static Observation Parse(string line)
    {
        string[] cells = line.Split('\t');
        int[] numbers = [.. cells.Skip(1).Select(cell => int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)];
        return cells.Length == 5 && cells[0].Length > 0 && !numbers.Contains(-1)
            ? new Observation(cells[0], numbers[0], numbers[1], numbers[2], numbers[3])
            : throw new InvalidDataException($"'{line}' is no observation");
    }

    /// <summary>Adds up those of one tracer.</summary>
    public static Observation Sum(IEnumerable<Observation> some) =>
        some.Aggregate((x, y) => new Observation(x.Tracer, x.Provoked + y.Provoked, x.Seen + y.Seen, x.Silences + y.Silences, x.False + y.False));
}
