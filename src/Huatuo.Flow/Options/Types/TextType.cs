namespace Huatuo.Flow.Options.Types;

internal sealed class TextType : ScalarType<string>
{
    public override string Syntax => "text (\"\" for none)";

    public override string Format(string value) => YamlText.Format(value);

    protected override bool TryParse(string text, out string value)
    {
        value = text;
        return true;
    }
}
