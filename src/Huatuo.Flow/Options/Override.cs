using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Huatuo.Flow.Options;

/// <summary>A value from the command line that stands above the file.</summary>
/// <param name="Path">The dotted path of the key: <c>tracers.dropwatch.ports</c>.</param>
/// <param name="Text">The value as it was written; a list with commas.</param>
/// <param name="Source">The option that it came with.</param>
/// <param name="IsJson">Whether the value was written as JSON.</param>
public sealed record Override(string Path, string Text, string Source = "--set", bool IsJson = false)
{
    /// <summary>Reads <c>key=value</c>; the value may be empty and may hold further equals signs.</summary>
    /// <param name="argument">The argument of the option.</param>
    /// <param name="value">The override.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="section">The dotted path of the section that the key is counted from; empty for the root.</param>
    /// <param name="source">The option that the argument came with.</param>
    public static bool TryParse(
        string argument, [NotNullWhen(true)] out Override? value, [NotNullWhen(false)] out string? error,
        string section = "", string source = "--set")
    {
        (value, error) = (null, null);
        int equals = argument.IndexOf('=');
        if (equals <= 0 || argument[..equals].Split('.').Contains(""))
            error = $"{source}: {Quote.Text(argument)}: expected key=value, with dots between the parts of the key";
        else
            value = new Override(Diagnostics.Join(section, argument[..equals]), argument[(equals + 1)..], source);
        return error is null;
    }

    /// <summary>A tree in which the overrides have taken the place of what the file says; the last of one key wins.</summary>
    /// <param name="root">The file's tree, which stays as it is, or null.</param>
    /// <param name="overrides">The overrides in the order in which they were given; JSON among them is right.</param>
    /// <param name="diagnostics">Receives the overrides that have no place.</param>
    public static ConfigNode? Apply(ConfigNode? root, IEnumerable<Override> overrides, Diagnostics diagnostics)
    {
        foreach (Override item in overrides)
            root = item.Place(root, item.Path.Split('.'), diagnostics);
        return root;
    }

    private ConfigNode Place(ConfigNode? node, ReadOnlySpan<string> keys, Diagnostics diagnostics)
    {
        var position = new Position(Source, 0, 0);
        if (keys.IsEmpty)
            return IsJson ? ConfigJson.Read(JsonElement.Parse(Text), Source) : new ConfigScalar(position, Text, isArgument: true);
        IReadOnlyList<ConfigEntry> entries = [];
        if (node is ConfigMapping mapping)
        {
            entries = mapping.Entries;
        }
        else if (node is not (null or ConfigScalar { IsNull: true }))
        {
            diagnostics.Add(position, Path, $"cannot be set: {node.Position} holds {node.Describe()}, not a mapping of keys");
            return node;
        }

        var placed = new List<ConfigEntry>(entries.Count + 1);
        string key = keys[0];
        bool found = false;
        foreach (ConfigEntry entry in entries)
        {
            bool isPlace = entry.Key == key;
            found |= isPlace;
            placed.Add(isPlace ? new ConfigEntry(key, position, Place(entry.Value, keys[1..], diagnostics)) : entry);
        }

        if (!found)
            placed.Add(new ConfigEntry(key, position, Place(null, keys[1..], diagnostics)));
        return new ConfigMapping(node?.Position ?? position, placed);
    }
}
