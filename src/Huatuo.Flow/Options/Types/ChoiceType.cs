namespace Huatuo.Flow.Options.Types;

internal sealed class ChoiceType<T>((string Name, T Value)[] choices) : ScalarType<T>
    where T : struct, Enum
{
    public override string Syntax => $"one of {string.Join(", ", choices.Select(choice => choice.Name))}";

    public override string Format(T value)
    {
        foreach ((string name, T known) in choices)
        {
            if (EqualityComparer<T>.Default.Equals(known, value))
                return YamlText.FormatTyped(name);
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, $"Not {Syntax}.");
    }

    protected override bool TryParse(string text, out T value)
    {
        foreach ((string name, T known) in choices)
        {
            if (name == text)
            {
                value = known;
                return true;
            }
        }

        value = default;
        return false;
    }

    protected override string Hint(string text) => Nearest.Suggest(text, choices.Select(choice => choice.Name));
}
