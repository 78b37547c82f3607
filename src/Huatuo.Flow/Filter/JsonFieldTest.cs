using System.Globalization;
using System.Text.Json;

namespace Huatuo.Flow.Filter;

/// <summary>A <see cref="FieldCondition"/> asked of stored documents; it holds for what a rule holds for.</summary>
public sealed class JsonFieldTest
{
    private readonly FieldTest _test;

    /// <param name="condition">The operator and its operands.</param>
    /// <exception cref="ArgumentException">An operand is not what the operator needs.</exception>
    public JsonFieldTest(FieldCondition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        _test = FieldTest.Create(condition);
    }

    /// <summary>Whether every element of an array must hold, not one.</summary>
    public bool IsNegated => _test.IsNegated;

    /// <summary>Whether a value holds.</summary>
    /// <param name="token">What it is; objects and arrays never hold.</param>
    /// <param name="utf8">A string without its escapes, or the number as it is written.</param>
    public bool Holds(JsonTokenType token, ReadOnlySpan<byte> utf8) => token switch
    {
        JsonTokenType.String => IsHex(utf8, out ulong number) ? _test.Holds(number, isHex: true) : _test.Holds(utf8),
        JsonTokenType.Number => HoldsNumber(utf8),
        JsonTokenType.True => _test.Holds("true"u8),
        JsonTokenType.False => _test.Holds("false"u8),
        _ => false,
    };

    /// <summary>Whether an operand is a number, which then also equals the same number in another form.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="number">The number.</param>
    public static bool IsNumber(string operand, out Int128 number) => Number.TryParse(operand, out number);

    private bool HoldsNumber(ReadOnlySpan<byte> utf8)
    {
        if (Int128.TryParse(utf8, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 whole))
            return _test.Holds(whole, isHex: false);
        return double.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && _test.Holds(real);
    }

    private static bool IsHex(ReadOnlySpan<byte> utf8, out ulong number)
    {
        number = 0;
        return utf8.StartsWith("0x"u8) && ulong.TryParse(utf8[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }
}
