using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tests.Options;

public sealed class OptionSchemaTests
{
    private sealed class Outer
    {
        public IReadOnlyList<ushort> Ports { get; set; } = [];

        public int Limit { get; set; } = 100;

        public Inner Local { get; } = new() { Size = ByteSize.MiB(3) };
    }

    private sealed class Inner
    {
        public ByteSize Size { get; set; } = ByteSize.MiB(1);
    }

    private static OptionSchema<Outer> Schema { get; } = new OptionSchema<Outer>("dropwatch")
        .Add("ports", OptionTypes.List(OptionTypes.Port), o => o.Ports, (o, v) => o.Ports = v, "Only these ports.")
        .Add("limit", OptionTypes.Integer(0, 1000), o => o.Limit, (o, v) => o.Limit = v, "Events in a second.")
        .AddSection(
            new OptionSchema<Inner>("local").Add(
                "size", OptionTypes.Bytes(ByteSize.KiB(1), ByteSize.GiB(1)), o => o.Size, (o, v) => o.Size = v, "How large."),
            o => o.Local)
        .Reserve("when");

    private static string[] Errors(ConfigNode? node, string? path = null)
    {
        var diagnostics = new Diagnostics();
        Schema.Bind(node, diagnostics, path);
        return [.. diagnostics.Errors.Select(error => error.ToString())];
    }

    [Fact]
    public void WithoutASectionEverythingIsDefault()
    {
        foreach (ConfigNode? nothing in new[] { null, Tree.Null, (ConfigNode)Tree.Map() })
        {
            var diagnostics = new Diagnostics();
            Outer options = Schema.Bind(nothing, diagnostics);
            Assert.False(diagnostics.HasErrors);
            Assert.Empty(options.Ports);
            Assert.Equal(100, options.Limit);
            Assert.Equal(ByteSize.MiB(3), options.Local.Size);
        }
    }

    [Fact]
    public void WhatIsWrittenTakesThePlaceOfTheDefault()
    {
        var diagnostics = new Diagnostics();
        Outer options = Schema.Bind(
            Tree.Map(("limit", Tree.Scalar("7")), ("local", Tree.Map(("size", Tree.Scalar("2MiB")))), ("when", Tree.List("x"))),
            diagnostics);
        Assert.False(diagnostics.HasErrors);
        Assert.Equal((7, ByteSize.MiB(2)), (options.Limit, options.Local.Size));
        Assert.Empty(options.Ports);
    }

    [Fact]
    public void AllErrorsAreCollectedAndTheirKeysStayDefault()
    {
        var diagnostics = new Diagnostics();
        Outer options = Schema.Bind(
            Tree.Map(
                ("port", Tree.Scalar("1")),
                ("limit", Tree.Scalar("1001")),
                ("local", Tree.Map(("sise", Tree.Scalar("1")), ("size", Tree.List("1")))),
                ("zzzzzz", Tree.Null)),
            diagnostics,
            "tracers.dropwatch");
        Assert.Equal(
            """
            t.yaml:1:1: tracers.dropwatch.port: unknown key; did you mean 'ports'?
            t.yaml:1:1: tracers.dropwatch.limit: expected a whole number from 0 to 1000, found '1001'
            t.yaml:1:1: tracers.dropwatch.local.sise: unknown key; did you mean 'size'?
            t.yaml:1:1: tracers.dropwatch.local.size: expected a size from 1KiB to 1GiB, in bytes or with KiB, MiB, GiB, KB, MB or GB, found a list
            t.yaml:1:1: tracers.dropwatch.zzzzzz: unknown key
            """,
            diagnostics.ToString());
        Assert.Equal(100, options.Limit);
    }

    [Fact]
    public void ASectionIsAMapping()
    {
        Assert.Equal(["t.yaml:1:1: dropwatch: expected a mapping of keys, found 'on'"], Errors(Tree.Scalar("on")));
        Assert.Equal(["t.yaml:1:1: dropwatch: expected a mapping of keys, found a list"], Errors(Tree.List("on")));
        Assert.Equal(["t.yaml:1:1: dropwatch.local: expected a mapping of keys, found '5'"], Errors(Tree.Map(("local", Tree.Scalar("5")))));
    }

    [Fact]
    public void ReservedKeysAreSuggestedToo() =>
        Assert.Equal(["t.yaml:1:1: dropwatch.wen: unknown key; did you mean 'when'?"], Errors(Tree.Map(("wen", Tree.Null))));

    [Fact]
    public void KeysDescribeTheSectionForItsReferencePage() => Assert.Equal(
        [
            new OptionKey("ports", "Only these ports.", "a list, each item a port from 0 to 65535", "[]", KeyChange.Restart),
            new OptionKey("limit", "Events in a second.", "a whole number from 0 to 1000", "100", KeyChange.Restart),
            new OptionKey("local.size", "How large.", "a size from 1KiB to 1GiB, in bytes or with KiB, MiB, GiB, KB, MB or GB", "3MiB", KeyChange.Restart),
        ],
        Schema.Keys);

    [Fact]
    public void EveryKeyKnowsWhereItsValueCameFrom()
    {
        ConfigNode? file = Tree.Map(("limit", Tree.Scalar("7")));
        var diagnostics = new Diagnostics();
        ConfigNode? tree = Override.Apply(file, [new Override("local.size", "2MiB")], diagnostics);
        Outer options = Schema.Bind(tree, diagnostics);
        Assert.False(diagnostics.HasErrors);
        Assert.Equal(
            [
                new EffectiveOption("dropwatch.ports", "[]", null),
                new EffectiveOption("dropwatch.limit", "7", Tree.Here),
                new EffectiveOption("dropwatch.local.size", "2MiB", new Position("--set", 0, 0)),
            ],
            Schema.Effective(options, tree));
    }

    [Fact]
    public void AKeyIsThereOnceAndInSnakeCase()
    {
        var schema = new OptionSchema<Inner>("x").Reserve("size");
        foreach (string key in new[] { "size", "", "Size", "a.b", "a-b" })
            Assert.Throws<ArgumentException>(() => schema.Add(key, OptionTypes.Boolean, _ => true, (_, _) => { }, ""));
    }

    [Fact]
    public void ManyErrorsAreCountedButNotKept()
    {
        var diagnostics = new Diagnostics();
        Schema.Bind(Tree.Map([.. Enumerable.Range(0, 250).Select(i => ($"key{i}", (ConfigNode)Tree.Null))]), diagnostics);
        Assert.Equal((250, Diagnostics.Capacity), (diagnostics.Count, diagnostics.Errors.Count));
        Assert.EndsWith("\nand 150 more errors", diagnostics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnyTreeGivesOnlyDiagnostics()
    {
        var random = new Random(3);
        for (int i = 0; i < 5_000; i++)
        {
            var diagnostics = new Diagnostics();
            ConfigNode? tree = Override.Apply(Any(random, 4), [new Override("local.size", "1MiB")], diagnostics);
            Outer options = Schema.Bind(tree, diagnostics);
            Assert.InRange(options.Limit, 0, 1000);
            Assert.All(diagnostics.Errors, error => Assert.DoesNotContain('\n', error.ToString()));
            Assert.Equal(3, Schema.Effective(options, tree).Count());
        }
    }

    internal static ConfigNode Any(Random random, int depth)
    {
        string[] words = ["", "~", "null", "true", "7", "-1", "1MiB", "80,443", "\ud800", "a\nb", "ports", "limit", "local", "size", "when",
            "name", "tracer", "function", "field", "at", "is", "in", "not", "matches", "less", "greater", "(", "a.b", "dropwatch"];
        string Word() => words[random.Next(words.Length)];
        return (depth == 0 ? 0 : random.Next(4)) switch
        {
            1 => Tree.List([.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, depth - 1))]),
            2 or 3 => Tree.Map([.. Enumerable.Range(0, random.Next(5)).Select(_ => (Word(), Any(random, depth - 1))).DistinctBy(e => e.Item1)]),
            _ => random.Next(3) == 0 ? Tree.Argument(Word()) : new ConfigScalar(Tree.Here, Word(), isQuoted: random.Next(2) == 0),
        };
    }
}
