namespace Huatuo.Flow.Options.Types;

internal sealed class PathType : ScalarType<string>
{
    public override string Syntax => "a path such as /var/lib/huatuo";

    public override string Format(string value) => YamlText.Format(value);

    protected override bool TryParse(string text, out string value)
    {
        value = text;
        return text.Length > 0 && !text.Any(char.IsControl);
    }
}
