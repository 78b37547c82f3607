using System.Globalization;
using System.Text;
using Huatuo.Linux.Clock;

namespace Huatuo.Linux.Tests.Clock;

public class UtcTimestampTests
{
    private static string Format(long utcNanoseconds)
    {
        byte[] buffer = new byte[UtcTimestamp.Length];
        Assert.True(UtcTimestamp.TryFormat(utcNanoseconds, buffer));
        return Encoding.ASCII.GetString(buffer);
    }

    private static string Expected(long utcNanoseconds)
    {
        long ticks = Math.DivRem(utcNanoseconds, 100, out long rest);
        if (rest < 0)
        {
            rest += 100;
            ticks--;
        }
        string text = DateTimeOffset.UnixEpoch.AddTicks(ticks).ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture);
        return text + rest.ToString("00", CultureInfo.InvariantCulture) + "Z";
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++)
        {
            long time = random.NextInt64(-9_000_000_000_000_000_000, 9_000_000_000_000_000_000);
            Assert.True(UtcTimestamp.TryParse(Encoding.ASCII.GetBytes(Format(time)), out long read));
            Assert.Equal(time, read);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-02-29T00:00:00.000000000Z")]
    [InlineData("2026-13-01T00:00:00.000000000Z")]
    [InlineData("2026-01-01T24:00:00.000000000Z")]
    [InlineData("2026-01-01T00:00:00.00000000 Z")]
    [InlineData("2026-01-01 00:00:00.000000000Z")]
    [InlineData("1600-01-01T00:00:00.000000000Z")]
    [InlineData("2300-01-01T00:00:00.000000000Z")]
    [InlineData("2026-01-01T00:00:00.000000000Z ")]
    public void What_is_no_instant_is_not_read(string text) => Assert.False(UtcTimestamp.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000000000Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(1_709_164_799_999_999_999, "2024-02-28T23:59:59.999999999Z")]
    [InlineData(1_709_164_800_000_000_001, "2024-02-29T00:00:00.000000001Z")]
    [InlineData(1_709_251_200_123_456_789, "2024-03-01T00:00:00.123456789Z")]
    [InlineData(951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z")]
    [InlineData(4_107_542_399_000_000_000, "2100-02-28T23:59:59.000000000Z")]
    [InlineData(4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z")]
    [InlineData(long.MaxValue, "2262-04-11T23:47:16.854775807Z")]
    [InlineData(long.MinValue, "1677-09-21T00:12:43.145224192Z")]
    public void Known_instants(long utcNanoseconds, string expected) => Assert.Equal(expected, Format(utcNanoseconds));

    [Fact]
    public void Every_day_of_400_years_and_random_instants_agree_with_the_platform()
    {
        for (long day = -73_000; day < 73_000; day++)
        {
            long instant = day * 86_400_000_000_000 + 43_200_000_000_001;
            Assert.Equal(Expected(instant), Format(instant));
        }
        var random = new Random(7);
        for (int i = 0; i < 100_000; i++)
        {
            long instant = random.NextInt64(long.MinValue, long.MaxValue);
            Assert.Equal(Expected(instant), Format(instant));
        }
    }

    [Fact]
    public void A_short_destination_is_left_alone_and_a_long_one_beyond_the_end()
    {
        byte[] buffer = new byte[40];
        Array.Fill(buffer, (byte)'#');
        Assert.False(UtcTimestamp.TryFormat(0, buffer.AsSpan(0, 29)));
        Assert.All(buffer, b => Assert.Equal((byte)'#', b));
        Assert.True(UtcTimestamp.TryFormat(0, buffer));
        Assert.Equal("1970-01-01T00:00:00.000000000Z##########", Encoding.ASCII.GetString(buffer));
    }

    [Fact]
    public void Formatting_allocates_nothing()
    {
        byte[] buffer = new byte[UtcTimestamp.Length];
        UtcTimestamp.TryFormat(1, buffer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (long i = 0; i < 1000; i++) UtcTimestamp.TryFormat(i * 1_000_000_007, buffer);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
