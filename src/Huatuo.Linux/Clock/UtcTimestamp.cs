namespace Huatuo.Linux.Clock;

/// <summary>Writes and reads instants as <c>yyyy-MM-ddTHH:mm:ss.fffffffffZ</c>.</summary>
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

    /// <summary>Reads what <see cref="TryFormat"/> writes.</summary>
    /// <param name="text">Exactly <see cref="Length"/> bytes.</param>
    /// <param name="utcNanoseconds">Nanoseconds since 1970-01-01 UTC.</param>
    /// <returns>False when the text has another form, names no instant, or one outside of the years 1678 to 2261.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long utcNanoseconds)
    {
        utcNanoseconds = 0;
        if (text.Length != Length || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || text[19] != '.' || text[29] != 'Z')
            return false;
        if (!TryDigits(text[..4], out int year) || !TryDigits(text.Slice(5, 2), out int month) || !TryDigits(text.Slice(8, 2), out int day)
            || !TryDigits(text.Slice(11, 2), out int hour) || !TryDigits(text.Slice(14, 2), out int minute)
            || !TryDigits(text.Slice(17, 2), out int second) || !TryDigits(text.Slice(20, 9), out int fraction))
            return false;
        if (year is < 1678 or > 2261 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
            return false;
        long seconds = (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        utcNanoseconds = seconds * NanosecondsPerSecond + fraction;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            value = value * 10 + (digit - '0');
        }
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
