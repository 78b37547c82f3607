using System.Text;
using Huatuo.Linux.Proc;

namespace Huatuo.Linux.Tests.Proc;

public sealed class FieldReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    [InlineData("a\nb", "a|b")]
    [InlineData("a\n\nb\n", "a|b")]
    public void LinesThatAreNotEmpty(string content, string expected)
    {
        List<string> lines = [];
        var reader = new LineReader(Encoding.UTF8.GetBytes(content));
        while (reader.TryNext(out ReadOnlySpan<byte> line))
            lines.Add(Encoding.UTF8.GetString(line));
        Assert.Equal(expected, string.Join('|', lines));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("  ", "")]
    [InlineData(" a \t b  ", "a|b")]
    [InlineData("a", "a")]
    public void FieldsBetweenBlanksAndTabs(string line, string expected)
    {
        List<string> fields = [];
        var reader = new FieldReader(Encoding.UTF8.GetBytes(line));
        while (reader.TryNext(out ReadOnlySpan<byte> field))
            fields.Add(Encoding.UTF8.GetString(field));
        Assert.Equal(expected, string.Join('|', fields));
    }

    [Theory]
    [InlineData("1 2 3", 3)]
    [InlineData("1 2", 2)]
    [InlineData("1 x 3", 1)]
    [InlineData("1 -2 3", 1)]
    [InlineData("18446744073709551615 18446744073709551616 3", 1)]
    [InlineData("1 2.5 3", 1)]
    public void NumbersUpToTheFirstThatIsNone(string line, int expected)
    {
        var reader = new FieldReader(Encoding.UTF8.GetBytes(line));
        Span<ulong> numbers = stackalloc ulong[3];
        Assert.Equal(expected, reader.Numbers(numbers));
    }

    [Theory]
    [InlineData("0000004e", 78UL)]
    [InlineData("FFFFFFFFFFFFFFFF", ulong.MaxValue)]
    [InlineData("10000000000000000", null)]
    [InlineData("0x1f", 31UL)]
    [InlineData("0x", null)]
    [InlineData("0x0x1", null)]
    [InlineData("", null)]
    public void HexadecimalDigits(string line, ulong? expected)
    {
        var reader = new FieldReader(Encoding.UTF8.GetBytes(line));
        Assert.Equal(expected, reader.TryHex(out ulong value) ? value : null);
    }

    [Fact]
    public void NamesAreMadeOnceAndBounded()
    {
        int made = 0;
        var table = new ByteTable<string>(
            name =>
            {
                made++;
                return name;
            },
            capacity: 2);
        Assert.Same(table.Get("a"u8), table.Get("a"u8));
        Assert.Equal("b", table.Get("b"u8));
        Assert.Equal(2, made);
        Assert.Equal("c", table.Get("c"u8));
        Assert.Equal(1, table.Count);
        Assert.Equal("\uFFFD", table.Get([0xff]));
    }
}
