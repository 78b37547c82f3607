namespace Huatuo.Vm.Tests;

public sealed class KernelFamiliesTests
{
    [Fact]
    public void ALineIsAFamily() => Assert.Equal(["5.10", "6.1", "6.6 hybrid", "newest"], Words(KernelFamilies.Parse("# kernels\n5.10\n\n 6.1 # bookworm's\n6.6  hybrid # v1\nnewest\n")));

    [Theory]
    [InlineData("6")]
    [InlineData("6.12.3")]
    [InlineData("latest")]
    [InlineData("6.1 v1")]
    [InlineData("6.1 hybrid v2")]
    [InlineData("6.1\n6.1 hybrid")]
    [InlineData("6.1\n5.10\n6.1")]
    public void AnythingElseIsRefused(string text) => Assert.Throws<FormatException>(() => KernelFamilies.Parse(text));

    [Theory]
    [InlineData("6.1 newest 5.10 6.18", "5.10 newest")]
    [InlineData("6.18 6.1 6.9", "6.1 6.18")]
    [InlineData("6.1", "6.1")]
    [InlineData("", "")]
    public void TheEndsAreTheOldestAndTheNewest(string families, string ends) =>
        Assert.Equal(ends, string.Join(' ', KernelFamilies.Ends(KernelFamilies.Parse(families.Replace(' ', '\n')))));

    private static IEnumerable<string> Words(IReadOnlyList<KernelFamily> families) => families.Select(family => family.ToString());
}
