using System.Globalization;

namespace Huatuo.Flow.Filter;

/// <summary>Whole numbers as operands write them.</summary>
internal static class Number
{
    /// <summary>Reads a decimal number, or a hexadecimal one behind <c>0x</c>, between -2^63 and 2^64 - 1.</summary>
    public static bool TryParse(string text, out Int128 value)
    {
        bool valid = text.StartsWith("0x", StringComparison.Ordinal)
            ? Int128.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        return valid && value >= long.MinValue && value <= ulong.MaxValue;
    }
}
