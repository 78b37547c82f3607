using System.Globalization;

namespace Huatuo.Flow.Options;

/// <summary>A unit as it is written behind a number, and how many base units it is.</summary>
internal readonly record struct Unit(string Suffix, long Size)
{
    // Keeps number × size far inside decimal.
    private const int LongestNumber = 19;

    /// <summary>Reads a number that is not negative and its unit; false unless it is a whole number of base units.</summary>
    public static bool TryParse(string? text, ReadOnlySpan<Unit> units, out long value)
    {
        value = 0;
        if (text is null)
            return false;
        int end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        ReadOnlySpan<char> number = text.AsSpan(0, end), suffix = text.AsSpan(end);
        foreach (Unit unit in units)
        {
            if (!suffix.SequenceEqual(unit.Suffix))
                continue;
            if (number.Length > LongestNumber
                || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count))
                return false;
            decimal total = count * unit.Size;
            if (total > long.MaxValue || total != decimal.Truncate(total))
                return false;
            value = (long)total;
            return true;
        }

        return false;
    }

    /// <summary>Writes a value in the first unit that divides it, else as a plain number with <paramref name="rest"/>.</summary>
    public static string Format(long value, ReadOnlySpan<Unit> units, string rest)
    {
        foreach (Unit unit in units)
        {
            if (value != 0 && value % unit.Size == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{value / unit.Size}{unit.Suffix}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value}{rest}");
    }
}
