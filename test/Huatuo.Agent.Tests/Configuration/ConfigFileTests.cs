using System.Text;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Tests.Configuration;

public sealed class ConfigFileTests
{
    private static (ConfigNode? Root, string Errors) Parse(byte[] bytes)
    {
        var diagnostics = new Diagnostics();
        ConfigNode? root = ConfigFile.Parse(bytes, "f.yaml", diagnostics);
        return (root, diagnostics.ToString());
    }

    private static (ConfigNode? Root, string Errors) Parse(string yaml) => Parse(Encoding.UTF8.GetBytes(yaml));

    [Fact]
    public void KeepsKindsOrderAndPositions()
    {
        (ConfigNode? root, string errors) = Parse("a: 1\nb:\n  - x\n  - \"~\"\n  - ~\n'c': {d: }\ne: |\n  two\n  lines\n");
        Assert.Equal("", errors);
        Assert.Equal("1:1 {a@1:1=1:4 '1', b@2:1=3:3 [3:5 'x', 4:5 '~', 5:5 null], c@6:1=6:6 {d@6:7=6:10 null}, e@7:1=7:4 'two\nlines\n'}", Text(root!));
    }

    [Theory]
    [InlineData("a: [\n  1,\n  2\n]\n")]
    [InlineData("a: {\n  b: 1,\n}\n")]
    [InlineData("a:\n  b: [\n    1,\n  ]\n")]
    [InlineData("a:\r\n- 1\r\n- [2,\r\n   3]\r\n")]
    public void ListsOverSeveralLinesAreRead(string yaml) => Assert.Equal("", Parse(yaml).Errors);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    [InlineData("~\n")]
    [InlineData("\ufeff")]
    public void AnEmptyFileIsNothing(string yaml)
    {
        (ConfigNode? root, string errors) = Parse(yaml);
        Assert.Null(root);
        Assert.Equal("", errors);
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: the key 'a' stands twice, first in line 1")]
    [InlineData("a: &x 1\n", "f.yaml:1:4: anchors (&name) are not possible here; leave it out")]
    [InlineData("a: *x\n", "f.yaml:1:4: aliases (*name) are not possible here; write the value again")]
    [InlineData("a: !!str 1\n", "f.yaml:1:4: tags (!name) are not possible here; leave it out")]
    [InlineData("a: !x {}\n", "f.yaml:1:4: tags (!name) are not possible here; leave it out")]
    [InlineData("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document; the configuration is one document")]
    [InlineData("? [a]\n: 1\n", "f.yaml:1:3: expected a key, found a list")]
    [InlineData("~: 1\n", "f.yaml:1:1: expected a key, found no value")]
    [InlineData("a: \0\n", "f.yaml:1:4: the character U+0000 is not allowed")]
    [InlineData("a: 1\nb: \u001b\n", "f.yaml:2:4: the character U+001B is not allowed")]
    public void RefusesWhatMayMislead(string yaml, string error) => Assert.Equal(error, Parse(yaml).Errors);

    [Theory]
    [InlineData("a: [1, 2\nb: 3\n")]
    [InlineData("a: 'open\n")]
    [InlineData("a: 1\n b: 2\n")]
    [InlineData("a:\n\t- 1\n")]
    [InlineData("{")]
    [InlineData("a: b: c\n")]
    [InlineData("%YAML 9.9\n---\na: 1\n")]
    [InlineData("@")]
    [InlineData("a: \"\\ud800\"\n")]
    public void WhatIsNotYamlIsOneErrorWithItsPlace(string yaml)
    {
        (ConfigNode? root, string errors) = Parse(yaml);
        Assert.Null(root);
        Assert.Matches("^f.yaml:[1-9][0-9]*:[1-9][0-9]*: not valid YAML: [^\n]+$", errors);
    }

    [Fact]
    public void BrokenUtf8IsAnErrorWithItsPlace()
    {
        Assert.Equal("f.yaml:2:4: not valid UTF-8", Parse([.. "a: 1\nb: "u8, 0xff]).Errors);
        Assert.Equal("f.yaml:1:1: not valid UTF-8", Parse([0xc3]).Errors);
    }

    [Fact]
    public void DepthIsBounded()
    {
        Assert.Equal("", Parse(new string('[', YamlTree.Deepest) + new string(']', YamlTree.Deepest)).Errors);
        Assert.Equal($"f.yaml:1:{YamlTree.Deepest + 2}: nested deeper than 32 levels", Parse(new string('[', 500_000)).Errors);
        Assert.EndsWith("nested deeper than 32 levels", Parse(string.Concat(Enumerable.Range(0, 40).Select(i => new string(' ', i) + "a:\n"))).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesThatCannotBeReadAreErrors()
    {
        string folder = Directory.CreateTempSubdirectory("huatuo-config").FullName;
        try
        {
            string file = Path.Combine(folder, "large.yaml");
            File.WriteAllBytes(file, [.. Enumerable.Repeat((byte)'#', ConfigFile.LargestBytes + 1)]);
            Assert.Equal($"{file}: larger than 1MiB", Read(file).Errors);
            File.WriteAllBytes(file, [.. "a: 1 "u8, .. Enumerable.Repeat((byte)'#', ConfigFile.LargestBytes - 5)]);
            Assert.Equal("", Read(file).Errors);
            Assert.NotNull(Read(file).Root);
            Assert.Equal($"{folder}: cannot be read: it is a folder", Read(folder).Errors);
            Assert.Equal($"{file}x: cannot be read: there is no such file", Read(file + "x").Errors);
            Assert.Equal("/dev/zero: larger than 1MiB", Read("/dev/zero").Errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static (ConfigNode? Root, string Errors) Read(string path)
        {
            var diagnostics = new Diagnostics();
            return (ConfigFile.Read(path, diagnostics), diagnostics.ToString());
        }
    }

    private static string Text(ConfigNode node) => $"{node.Position.Line}:{node.Position.Column} " + node switch
    {
        ConfigMapping mapping => $"{{{string.Join(", ", mapping.Entries.Select(e => $"{e.Key}@{e.Position.Line}:{e.Position.Column}={Text(e.Value)}"))}}}",
        ConfigSequence list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        ConfigScalar { IsNull: true } => "null",
        ConfigScalar scalar => $"'{scalar.Text}'",
        _ => "?",
    };
}
