using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tests.Options;

public sealed class NearestTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("port", "ports", 1)]
    [InlineData("prots", "ports", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void CountsEdits(string a, string b, int edits)
    {
        Assert.Equal(edits, Nearest.Edits(a, b));
        Assert.Equal(edits, Nearest.Edits(b, a));
    }

    [Theory]
    [InlineData("port", "ports")]
    [InlineData("Max-Events", "max_events")]
    [InlineData("devcies", "devices")]
    [InlineData("unrelated", null)]
    [InlineData("", null)]
    public void FindsTheNearestName(string name, string? nearest) =>
        Assert.Equal(nearest, Nearest.Find(name, ["ports", "devices", "max_events"]));

    [Fact]
    public void LongNamesAreNotCompared() => Assert.Null(Nearest.Find(new string('a', 65), [new string('a', 64)]));
}
