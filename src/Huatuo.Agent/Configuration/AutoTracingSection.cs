using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>The section <c>autotracing</c>, whose triggers are those of the auto-tracer that waits for them.</summary>
internal static class AutoTracingSection
{
    /// <summary>Its key.</summary>
    internal const string Key = "autotracing";

    private const string Tracer = "autotrace_trigger", Triggers = "triggers";

    /// <summary>The path of a key by the tracer's section.</summary>
    internal static string Resolve(string path) => path == $"{Key}.{Triggers}" ? $"{AgentOptions.TracersKey}.{Tracer}.{Triggers}" : path;

    /// <summary>The tree with the triggers in the tracer's section.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="diagnostics">Receives what does not belong there.</param>
    internal static ConfigNode? Resolve(ConfigNode? root, Diagnostics diagnostics)
    {
        if (root is not ConfigMapping mapping || mapping.Find(Key) is not { } section)
            return root;
        ConfigEntry[] others = [.. mapping.Entries.Where(entry => entry.Key != Key)];
        if (diagnostics.Mapping(section.Value, Key) is not { } own)
            return new ConfigMapping(mapping.Position, others);
        foreach (ConfigEntry entry in own.Entries.Where(entry => entry.Key != Triggers))
            diagnostics.AddUnknown(entry.Position, Key, entry.Key, [Triggers]);
        if (own.Find(Triggers) is not { } triggers)
            return new ConfigMapping(mapping.Position, others);
        var sections = mapping.Find(AgentOptions.TracersKey)?.Value as ConfigMapping;
        var tracer = sections?.Find(Tracer)?.Value as ConfigMapping;
        if (tracer?.Find(Triggers) is { } twice)
            diagnostics.Add(triggers.Position, $"{Key}.{Triggers}", $"there are triggers at {twice.Position} already; keep one list");
        var merged = new ConfigMapping(section.Position, [.. Without(tracer, Triggers), triggers]);
        var tracers = new ConfigMapping(section.Position, [.. Without(sections, Tracer), new ConfigEntry(Tracer, section.Position, merged)]);
        return new ConfigMapping(mapping.Position, [.. others.Where(entry => entry.Key != AgentOptions.TracersKey), new ConfigEntry(AgentOptions.TracersKey, section.Position, tracers)]);
    }

    private static IEnumerable<ConfigEntry> Without(ConfigMapping? mapping, string key) => mapping?.Entries.Where(entry => entry.Key != key) ?? [];
}
