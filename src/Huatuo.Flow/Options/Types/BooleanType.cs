namespace Huatuo.Flow.Options.Types;

internal sealed class BooleanType : ScalarType<bool>
{
    public override string Syntax => "true or false";

    public override string Format(bool value) => value ? "true" : "false";

    protected override bool TryParse(string text, out bool value)
    {
        value = text == "true";
        return value || text == "false";
    }
}
