using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Agent.Configuration;

/// <summary>Puts the wire name of a tracer where the configuration calls it by an alias, so that nothing else has to know of those.</summary>
/// <param name="names">All names.</param>
/// <param name="diagnostics">Receives the sections that are there twice.</param>
internal sealed class TracerAliases(TracerNames names, Diagnostics diagnostics)
{
    /// <summary>The tree with each section of a tracer under its wire name.</summary>
    internal ConfigNode? Resolve(ConfigNode? root)
    {
        if (root is not ConfigMapping mapping || mapping.Find(AgentOptions.TracersKey)?.Value is not ConfigMapping sections)
            return root;
        var resolved = new ConfigMapping(sections.Position, [.. sections.Entries.Where(entry => !IsSecond(entry, sections)).Select(Resolve)]);
        return new ConfigMapping(mapping.Position, [.. mapping.Entries.Select(entry => entry.Key == AgentOptions.TracersKey ? entry with { Value = resolved } : entry)]);
    }

    /// <summary>The path of a key by the tracer's wire name.</summary>
    internal static string Resolve(string path, TracerNames names)
    {
        string[] keys = path.Split('.');
        if (keys.Length < 2 || keys[0] != AgentOptions.TracersKey || !names.TryFind(keys[1], out string? wireName))
            return path;
        keys[1] = wireName;
        return string.Join('.', keys);
    }

    /// <summary>The override with its path by the tracer's wire name.</summary>
    internal Override Resolve(Override item) => item with { Path = Resolve(item.Path, names) };

    private ConfigEntry Resolve(ConfigEntry section) => names.TryFind(section.Key, out string? wireName) ? section with { Key = wireName } : section;

    private bool IsSecond(ConfigEntry section, ConfigMapping sections)
    {
        string wireName = Resolve(section).Key;
        ConfigEntry first = sections.Entries.First(entry => Resolve(entry).Key == wireName);
        if (ReferenceEquals(first, section))
            return false;
        diagnostics.Add(
            section.Position, $"{AgentOptions.TracersKey}.{section.Key}", $"'{first.Key}' at {first.Position} is the same tracer; keep one section, '{wireName}'");
        return true;
    }
}
