namespace Huatuo.Flow.Options;

/// <summary>A single value; its type is the schema's matter.</summary>
/// <param name="position">Where it starts.</param>
/// <param name="text">The text without quotes and escapes.</param>
/// <param name="isQuoted">It was written in quotes or as a block, so it is text even when it reads like null.</param>
/// <param name="isArgument">It comes from the command line, where a list is written with commas.</param>
public sealed class ConfigScalar(Position position, string text, bool isQuoted = false, bool isArgument = false)
    : ConfigNode(position)
{
    /// <summary>The text without quotes and escapes.</summary>
    public string Text { get; } = text;

    /// <summary>It was written in quotes or as a block.</summary>
    public bool IsQuoted { get; } = isQuoted;

    /// <summary>It comes from the command line, where a list is written with commas.</summary>
    public bool IsArgument { get; } = isArgument;

    /// <summary>Nothing was written, or one of YAML's words for nothing.</summary>
    public bool IsNull { get; } = !isQuoted && !isArgument && IsNullWord(text);

    /// <summary>Whether a plain scalar with this text means "no value" in YAML.</summary>
    public static bool IsNullWord(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    /// <inheritdoc/>
    public override string Describe() => IsNull ? "no value" : Quote.Text(Text);
}
