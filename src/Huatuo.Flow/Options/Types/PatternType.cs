using System.Text.RegularExpressions;

namespace Huatuo.Flow.Options.Types;

internal sealed class PatternType : ScalarType<string>
{
    private const int LongestPattern = 4096;

    public override string Syntax => "a regular expression (\"\" for none)";

    public override string Format(string value) => YamlText.Format(value);

    protected override bool TryParse(string text, out string value)
    {
        value = text;
        return Fault(text) is null;
    }

    protected override string Hint(string text) => $"; {Fault(text)}";

    private static string? Fault(string text)
    {
        if (text.Length > LongestPattern)
            return $"it is longer than {LongestPattern} characters";
        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return null;
        }
        catch (ArgumentException wrong)
        {
            return wrong.Message;
        }
        catch (NotSupportedException)
        {
            return "it is too large, or has look-around, back references or atomic groups, which are not possible";
        }
    }
}
