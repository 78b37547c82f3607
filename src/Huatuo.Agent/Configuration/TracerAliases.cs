using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Agent.Configuration;

/// <summary>Puts the wire name of a tracer where the configuration calls it by an alias, so that nothing else has to know of those.</summary>
/// <param name="names">All names.</param>
/// <param name="diagnostics">Receives the sections that are there twice.</param>
internal sealed class TracerAliases(TracerNames names, Diagnostics diagnostics)
{
    // The sections whose keys are names of tracers.
    private static readonly string[][] Sections = [[AgentOptions.TracersKey], [.. AgentOptions.LocalTracersKey.Split('.')]];

    /// <summary>The tree with each section of a tracer under its wire name.</summary>
    internal ConfigNode? Resolve(ConfigNode? root) => Sections.Aggregate(root, (node, section) => node is null ? null : Resolve(node, section, 0));

    /// <summary>The path of a key by the tracer's wire name.</summary>
    internal static string Resolve(string path, TracerNames names)
    {
        string[] keys = path.Split('.');
        foreach (string[] section in Sections)
            if (keys.Length > section.Length && keys.AsSpan().StartsWith(section) && names.TryFind(keys[section.Length], out string? wireName))
                keys[section.Length] = wireName;
        return string.Join('.', keys);
    }

    private ConfigNode Resolve(ConfigNode node, string[] section, int depth)
    {
        if (node is not ConfigMapping mapping)
            return node;
        IEnumerable<ConfigEntry> resolved = depth == section.Length
            ? mapping.Entries.Where(entry => !IsSecond(entry, mapping, string.Join('.', section))).Select(Resolve)
            : mapping.Entries.Select(entry => entry.Key == section[depth] ? entry with { Value = Resolve(entry.Value, section, depth + 1) } : entry);
        return new ConfigMapping(mapping.Position, [.. resolved]);
    }

    private ConfigEntry Resolve(ConfigEntry section) => names.TryFind(section.Key, out string? wireName) ? section with { Key = wireName } : section;

    private bool IsSecond(ConfigEntry section, ConfigMapping sections, string path)
    {
        string wireName = Resolve(section).Key;
        ConfigEntry first = sections.Entries.First(entry => Resolve(entry).Key == wireName);
        if (ReferenceEquals(first, section))
            return false;
        diagnostics.Add(
            section.Position, $"{path}.{section.Key}", $"'{first.Key}' at {first.Position} is the same tracer; keep one section, '{wireName}'");
        return true;
    }
}
