using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Flow.Options.Types;

/// <summary>A type whose values are single words.</summary>
internal abstract class ScalarType<T> : OptionType<T>
{
    public sealed override bool TryParse(
        ConfigNode node, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out string? error)
    {
        error = null;
        string hint = "";
        if (node is ConfigScalar { IsNull: false } scalar)
        {
            if (TryParse(scalar.Text, out value))
                return true;
            hint = Hint(scalar.Text);
        }

        value = default;
        error = $"expected {Syntax}, found {node.Describe()}{hint}";
        return false;
    }

    protected abstract bool TryParse(string text, [MaybeNullWhen(false)] out T value);

    /// <summary>What may have been meant, as the end of an error message.</summary>
    protected virtual string Hint(string text) => "";
}
