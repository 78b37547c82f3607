using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tests.Options;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("17", 17)]
    [InlineData("17B", 17)]
    [InlineData("512KiB", 512 * 1024)]
    [InlineData("8MiB", 8 << 20)]
    [InlineData("1.5MiB", 3 << 19)]
    [InlineData("1GiB", 1L << 30)]
    [InlineData("2TiB", 2L << 40)]
    [InlineData("1KB", 1000)]
    [InlineData("1kB", 1000)]
    [InlineData("100MB", 100_000_000)]
    [InlineData("3GB", 3_000_000_000)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Reads(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out ByteSize size));
        Assert.Equal(bytes, size.Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("MiB")]
    [InlineData("8 MiB")]
    [InlineData("8mib")]
    [InlineData("8M")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("0.5")]
    [InlineData("1,000")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808")]
    [InlineData("8388608TiB")]
    [InlineData("99999999999999999999999999999999999999TiB")]
    [InlineData("٣MiB")]
    public void Refuses(string? text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1000, "1000")]
    [InlineData(1024, "1KiB")]
    [InlineData(1536, "1536")]
    [InlineData(100 << 20, "100MiB")]
    [InlineData(3L << 40, "3TiB")]
    [InlineData(-1024, "-1KiB")]
    public void WritesTheLargestExactUnit(long bytes, string text) => Assert.Equal(text, new ByteSize(bytes).ToString());

    [Fact]
    public void WhatItWritesReadsTheSame()
    {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            var size = new ByteSize(random.NextInt64() >> random.Next(63) << random.Next(40) & long.MaxValue);
            Assert.True(ByteSize.TryParse(size.ToString(), out ByteSize again));
            Assert.Equal(size, again);
        }
    }
}
