using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Flow.Options.Types;

internal sealed class ListType<T>(OptionType<T> item) : OptionType<IReadOnlyList<T>>
{
    public override string Syntax => $"a list, each item {item.Syntax}";

    public override bool TryParse(
        ConfigNode node, [MaybeNullWhen(false)] out IReadOnlyList<T> value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        IReadOnlyList<ConfigNode> nodes = node switch
        {
            ConfigSequence sequence => sequence.Items,
            ConfigScalar { IsArgument: true } scalar => Split(scalar),
            _ => [node],
        };
        if (node is ConfigMapping or ConfigScalar { IsNull: true })
        {
            error = $"expected {Syntax}, found {node.Describe()}; write [] for an empty list";
            return false;
        }

        var items = new List<T>(nodes.Count);
        foreach (ConfigNode element in nodes)
        {
            if (!item.TryParse(element, out T? parsed, out error))
            {
                if (nodes.Count > 1)
                    error = $"item {items.Count + 1}: {error}";
                return false;
            }

            items.Add(parsed);
        }

        (value, error) = (items, null);
        return true;
    }

    public override string Format(IReadOnlyList<T> value) => $"[{string.Join(", ", value.Select(item.Format))}]";

    private static IReadOnlyList<ConfigNode> Split(ConfigScalar scalar) => scalar.Text.Length == 0
        ? []
        : [.. scalar.Text.Split(',').Select(text => new ConfigScalar(scalar.Position, text.Trim(), isArgument: true))];
}
