using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Flow.Options.Types;

internal sealed class OptionalType<T>(OptionType<T> type) : OptionType<T?>
    where T : struct
{
    private const string None = "~";

    public override string Syntax => $"{type.Syntax}; {None} for none";

    public override bool TryParse(ConfigNode node, [MaybeNullWhen(false)] out T? value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (null, null);
        if (node is ConfigScalar { IsNull: true } or ConfigScalar { IsArgument: true, Text: None })
            return true;
        if (!type.TryParse(node, out T parsed, out error))
            return false;
        value = parsed;
        return true;
    }

    public override string Format(T? value) => value is { } given ? type.Format(given) : None;
}
