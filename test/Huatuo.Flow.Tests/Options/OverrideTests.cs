using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tests.Options;

public sealed class OverrideTests
{
    [Theory]
    [InlineData("a.b=c", "a.b", "c")]
    [InlineData("a=", "a", "")]
    [InlineData("a=b=c", "a", "b=c")]
    public void Reads(string argument, string path, string text)
    {
        Assert.True(Override.TryParse(argument, out Override? value, out string? error), error);
        Assert.Equal(new Override(path, text), value);
    }

    [Fact]
    public void ReadsBelowASection()
    {
        Assert.True(Override.TryParse("ports=80", out Override? value, out _, "tracers.dropwatch"));
        Assert.Equal(new Override("tracers.dropwatch.ports", "80"), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("=1")]
    [InlineData("a..b=1")]
    [InlineData(".a=1")]
    [InlineData("a.=1")]
    public void Refuses(string argument)
    {
        Assert.False(Override.TryParse(argument, out _, out string? error));
        Assert.Equal($"--set: '{argument}': expected key=value, with dots between the parts of the key", error);
    }

    [Fact]
    public void TakesThePlaceOfTheFileAndLeavesTheFileAsItWas()
    {
        ConfigMapping file = Tree.Map(("a", Tree.Map(("b", Tree.Scalar("1")), ("c", Tree.Scalar("2")))));
        var diagnostics = new Diagnostics();
        var tree = (ConfigMapping)Override.Apply(file, [new("a.b", "3"), new("a.b", "4"), new("d.e", "5", "--disable")], diagnostics)!;
        Assert.False(diagnostics.HasErrors);
        Assert.Equal("{a: {b: 4, c: 2}, d: {e: 5}}", Text(tree));
        Assert.Equal("{a: {b: 1, c: 2}}", Text(file));
        Assert.Equal("--disable", ((ConfigMapping)tree.Find("d")!.Value).Find("e")!.Position.ToString());
    }

    [Fact]
    public void AnOverrideWithoutAPlaceIsAnError()
    {
        var diagnostics = new Diagnostics();
        ConfigMapping file = Tree.Map(("a", Tree.Scalar("1")));
        Assert.Equal("{a: 1}", Text(Override.Apply(file, [new("a.b", "3")], diagnostics)!));
        Assert.Equal("--set: a.b: cannot be set: t.yaml:1:1 holds '1', not a mapping of keys", diagnostics.ToString());
    }

    [Fact]
    public void AnEmptySectionTakesOverrides()
    {
        var diagnostics = new Diagnostics();
        Assert.Equal("{a: {b: 3}}", Text(Override.Apply(Tree.Map(("a", Tree.Null)), [new("a.b", "3")], diagnostics)!));
        Assert.False(diagnostics.HasErrors);
    }

    private static string Text(ConfigNode node) => node switch
    {
        ConfigMapping mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{entry.Key}: {Text(entry.Value)}"))}}}",
        ConfigSequence list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        _ => ((ConfigScalar)node).Text,
    };
}
