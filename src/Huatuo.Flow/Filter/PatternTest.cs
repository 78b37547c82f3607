using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Huatuo.Flow.Filter;

/// <summary>A regular expression is found in the text.</summary>
/// <exception cref="ArgumentException">It is none, or none that can be looked for in linear time; the message says which.</exception>
internal sealed class PatternTest(string pattern) : FieldTest
{
    // Time linear in the text, so that no operand and no text can hold up the pump.
    private readonly Regex _pattern = Compile(pattern);

    [SkipLocalsInit]
    public override bool Holds(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[FieldCondition.LongestText];
        bool isCut = utf8.Length > FieldCondition.LongestText;
        if (isCut)
            utf8 = utf8[..FieldCondition.LongestText];
        // A cut text is not the final block: a character that the cut has split is left out.
        Utf8.ToUtf16(utf8, text, out _, out int length, replaceInvalidSequences: true, isFinalBlock: !isCut);
        return _pattern.IsMatch(text[..length]);
    }

    public override bool Holds(Int128 number, bool isHex)
    {
        Span<char> text = stackalloc char[48];
        text[0] = '0';
        text[1] = 'x';
        Span<char> digits = isHex ? text[2..] : text;
        number.TryFormat(digits, out int length, isHex ? "x" : default, CultureInfo.InvariantCulture);
        return _pattern.IsMatch(text[..(isHex ? length + 2 : length)]);
    }

    public override bool Holds(double number)
    {
        Span<char> text = stackalloc char[48];
        number.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        return _pattern.IsMatch(text[..length]);
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException wrong)
        {
            throw new ArgumentException("the regular expression is too large, or has look-around, back references or atomic groups, which are not possible", wrong);
        }
        catch (ArgumentException wrong)
        {
            throw new ArgumentException($"not a regular expression: {wrong.Message}", wrong);
        }
    }
}
