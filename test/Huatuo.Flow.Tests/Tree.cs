using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tests;

/// <summary>Builds configuration trees by hand; every node stands in <c>t.yaml:1:1</c>.</summary>
internal static class Tree
{
    public static readonly Position Here = new("t.yaml", 1, 1);

    public static ConfigScalar Null => new(Here, "");

    public static ConfigScalar Scalar(string text) => new(Here, text, isQuoted: text.Length == 0);

    public static ConfigScalar Argument(string text) => new(new Position("--set", 0, 0), text, isArgument: true);

    public static ConfigSequence List(params string[] items) => new(Here, [.. items.Select(Scalar)]);

    public static ConfigSequence List(params ConfigNode[] items) => new(Here, items);

    public static ConfigMapping Map(params (string Key, ConfigNode Value)[] entries) =>
        new(Here, [.. entries.Select(entry => new ConfigEntry(entry.Key, Here, entry.Value))]);
}
