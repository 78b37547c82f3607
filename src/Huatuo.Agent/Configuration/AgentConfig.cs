using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling.Continuous;

namespace Huatuo.Agent.Configuration;

/// <summary>The whole configuration: defaults, under what the file says, under what the command line says.</summary>
internal sealed class AgentConfig
{
    private readonly ConfigNode? _root;
    private readonly IReadOnlyList<OptionSchema> _schemas;
    private readonly Dictionary<string, object> _tracers = [];
    private readonly TracerNames _names;

    private AgentConfig(ConfigNode? root, IReadOnlyList<OptionSchema> tracers, TracerNames names, IReadOnlyList<Rule> shipped, Diagnostics diagnostics)
    {
        _root = root;
        _schemas = tracers;
        _names = names;
        Options = AgentOptions.Schema.Bind(root, diagnostics);
        ConfigMapping? sections = diagnostics.Mapping(Find(AgentOptions.TracersKey), AgentOptions.TracersKey);
        foreach (OptionSchema tracer in tracers)
            _tracers.Add(tracer.Section, tracer.Bind(sections?.Find(tracer.Section)?.Value, diagnostics, PathOf(tracer)));
        foreach (ConfigEntry section in sections?.Entries ?? [])
        {
            if (!_tracers.ContainsKey(section.Key))
                diagnostics.AddUnknown(section.Position, AgentOptions.TracersKey, section.Key, _tracers.Keys, "tracer");
        }

        // Profiles that are taken all the time have files too.
        string[] written = [.. names.Names, ProfileDocuments.Name];
        var local = AgentOptions.LocalTracersKey.Split('.').Aggregate(root, (node, key) => (node as ConfigMapping)?.Find(key)?.Value) as ConfigMapping;
        foreach (ConfigEntry tracer in local?.Entries.Where(entry => !written.Contains(entry.Key)) ?? [])
            diagnostics.AddUnknown(tracer.Position, AgentOptions.LocalTracersKey, tracer.Key, written, "tracer");

        Rules = new RuleReader(shipped, names, diagnostics).Read(Find(AgentOptions.RulesKey));
    }

    /// <summary>The keys at the root and the sections beside the tracers and the rules.</summary>
    public AgentOptions Options { get; }

    /// <summary>All rules in order, those that are switched off included.</summary>
    public IReadOnlyList<ConfiguredRule> Rules { get; }

    /// <summary>Every key with its value and where that was written, without the rules.</summary>
    public IEnumerable<EffectiveOption> Effective =>
        AgentOptions.Schema.Effective(Options, _root).Concat(_schemas.SelectMany(Effects));

    /// <summary>Reads the file, if there is one, and puts the configuration together.</summary>
    /// <param name="path">The file, or null for none.</param>
    /// <param name="overrides">What the command line says.</param>
    /// <param name="tracers">The schemas of all tracers; their sections are the wire names.</param>
    /// <param name="diagnostics">Receives every error; with any, the result is only good for further checks.</param>
    /// <param name="names">What the tracers may be called; null when they have no aliases.</param>
    public static AgentConfig Load(
        string? path, IEnumerable<Override> overrides, IReadOnlyList<OptionSchema> tracers, Diagnostics diagnostics, TracerNames? names = null) =>
        Create(path is null ? null : ConfigFile.Read(path, diagnostics), overrides, tracers, diagnostics, names);

    /// <summary>Puts the configuration together from a tree.</summary>
    public static AgentConfig Create(
        ConfigNode? file, IEnumerable<Override> overrides, IReadOnlyList<OptionSchema> tracers, Diagnostics diagnostics, TracerNames? names = null)
    {
        names ??= new TracerNames(tracers.Select(tracer => tracer.Section));
        var aliases = new TracerAliases(names, diagnostics);
        ConfigNode? written = AutoTracingSection.Resolve(aliases.Resolve(file), diagnostics);
        ConfigNode? root = Override.Apply(written, overrides.Select(item => item with { Path = Resolve(item.Path, names) }), diagnostics);
        // Once more for what the command line puts into that section beside its one key.
        root = AutoTracingSection.Resolve(root, diagnostics);
        return new AgentConfig(root, tracers, names, ShippedRules.Read(), diagnostics);
    }

    /// <summary>The options of a tracer.</summary>
    /// <param name="schema">One of the schemas that the configuration was put together with.</param>
    /// <exception cref="KeyNotFoundException">It is not one of them.</exception>
    public T Tracer<T>(OptionSchema<T> schema)
        where T : class, new() => (T)_tracers[schema.Section];

    /// <summary>The options of a tracer, whose class its schema knows.</summary>
    /// <param name="name">The tracer's wire name.</param>
    /// <exception cref="KeyNotFoundException">There is no such tracer.</exception>
    public object Tracer(string name) => _tracers[name];

    /// <summary>The path of a key by the names that <see cref="Effective"/> has, where it was put in by others.</summary>
    public string Resolve(string path) => Resolve(path, _names);

    private static string Resolve(string path, TracerNames names) => TracerAliases.Resolve(AutoTracingSection.Resolve(path), names);

    private static string PathOf(OptionSchema tracer) => $"{AgentOptions.TracersKey}.{tracer.Section}";

    private IEnumerable<EffectiveOption> Effects(OptionSchema tracer)
    {
        ConfigNode? section = (Find(AgentOptions.TracersKey) as ConfigMapping)?.Find(tracer.Section)?.Value;
        return tracer.Effective(_tracers[tracer.Section], section, PathOf(tracer));
    }

    private ConfigNode? Find(string key) => (_root as ConfigMapping)?.Find(key)?.Value;
}
