using System.Globalization;

namespace Huatuo.Flow.Options;

/// <summary>Where a piece of configuration stands.</summary>
/// <param name="Source">The file as it was named, or the command-line option.</param>
/// <param name="Line">The line, from 1; 0 where there are no lines.</param>
/// <param name="Column">The column, from 1; 0 where there are no lines.</param>
public readonly record struct Position(string Source, int Line, int Column)
{
    private string Name => Quote.Line(Source);

    /// <summary><c>file:line</c>, or the source alone.</summary>
    public string ToShortString() =>
        Line == 0 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}:{Line}");

    /// <summary><c>file:line:column</c>, or the source alone.</summary>
    public override string ToString() =>
        Line == 0 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}:{Line}:{Column}");
}
