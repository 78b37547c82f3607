namespace Huatuo.Linux.Clock;

/// <summary>Writes instants as <c>yyyy-MM-ddTHH:mm:ss.fffffffffZ</c>.</summary>
public static class UtcTimestamp
{
    /// <summary>Bytes of every timestamp.</summary>
    public const int Length = 30;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int SecondsPerDay = 86_400;

    /// <summary>Writes one instant in UTF-8 without allocating.</summary>
    /// <param name="utcNanoseconds">Nanoseconds since 1970-01-01 UTC; every value is within the years 1677 to 2262.</param>
    /// <param name="destination">Receives <see cref="Length"/> bytes.</param>
    /// <returns>False, with nothing written, when the destination is shorter than <see cref="Length"/>.</returns>
    public static bool TryFormat(long utcNanoseconds, Span<byte> destination)
    {
        if (destination.Length < Length) return false;

        long seconds = Math.DivRem(utcNanoseconds, NanosecondsPerSecond, out long fraction);
        if (fraction < 0)
        {
            fraction += NanosecondsPerSecond;
            seconds--;
        }
        int days = (int)Math.DivRem(seconds, SecondsPerDay, out long second);
        if (second < 0)
        {
            second += SecondsPerDay;
            days--;
        }

        WriteDate(days, destination);
        destination[10] = (byte)'T';
        uint secondOfDay = (uint)second;
        WriteDigits(secondOfDay / 3600, destination.Slice(11, 2));
        destination[13] = (byte)':';
        WriteDigits(secondOfDay / 60 % 60, destination.Slice(14, 2));
        destination[16] = (byte)':';
        WriteDigits(secondOfDay % 60, destination.Slice(17, 2));
        destination[19] = (byte)'.';
        WriteDigits((uint)fraction, destination.Slice(20, 9));
        destination[29] = (byte)'Z';
        return true;
    }

    /// <summary>The proleptic Gregorian date, in years that start in March so that a leap day comes last.</summary>
    private static void WriteDate(int daysSinceEpoch, Span<byte> destination)
    {
        const int daysFromMarchOfYear0 = 719_468;
        const int daysPer400Years = 146_097;

        uint day = (uint)(daysSinceEpoch + daysFromMarchOfYear0);
        uint era = day / daysPer400Years;
        uint dayOfEra = day % daysPer400Years;
        uint yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        uint dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        // Five months from March on have 153 days, in the pattern 31, 30, 31, 30, 31.
        uint monthFromMarch = (5 * dayOfYear + 2) / 153;
        uint dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        uint month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        uint year = era * 400 + yearOfEra + (month <= 2 ? 1u : 0u);

        WriteDigits(year, destination[..4]);
        destination[4] = (byte)'-';
        WriteDigits(month, destination.Slice(5, 2));
        destination[7] = (byte)'-';
        WriteDigits(dayOfMonth, destination.Slice(8, 2));
    }

    private static void WriteDigits(uint value, Span<byte> destination)
    {
        for (int at = destination.Length - 1; at >= 0; at--)
        {
            uint rest = value / 10;
            destination[at] = (byte)('0' + (value - rest * 10));
            value = rest;
        }
    }
}
