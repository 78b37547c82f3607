using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Flow.Options;

/// <summary>How values of one kind are written in the configuration.</summary>
/// <typeparam name="T">The type inside the program.</typeparam>
public abstract class OptionType<T>
{
    /// <summary>What may be written, as a noun phrase of one line: <c>a whole number from 1 to 100</c>.</summary>
    public abstract string Syntax { get; }

    /// <summary>Reads a value.</summary>
    /// <param name="node">What was written.</param>
    /// <param name="value">The value.</param>
    /// <param name="error">What is wrong with it and what is expected.</param>
    public abstract bool TryParse(
        ConfigNode node, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out string? error);

    /// <summary>The value as YAML flow text, which gives the same value when it is read.</summary>
    public abstract string Format(T value);
}
