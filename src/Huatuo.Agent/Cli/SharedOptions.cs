using System.CommandLine;
using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Agent.Cli;

/// <summary>Options that several commands have, and what comes of them.</summary>
internal static class SharedOptions
{
    internal const string DefaultFile = "/etc/huatuo/huatuo.yaml";

    internal static Option<string?> Config() => new("--config") { Description = $"The configuration file; {DefaultFile} is read if it exists.", HelpName = "FILE" };

    internal static Option<string[]> Set(string example) => new("--set") { Description = $"Sets a key above the file, such as {example}; can be repeated.", HelpName = "KEY=VALUE", AllowMultipleArgumentsPerToken = false };

    internal static Option<string?> Value(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    internal static Option<string> Output()
    {
        var option = new Option<string>("--output", "-o") { Description = "text or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }

    /// <summary>Reads the configuration and prints what is wrong with it.</summary>
    /// <param name="file">The argument of <c>--config</c>.</param>
    /// <param name="overrides">What the command line sets.</param>
    /// <param name="environment">Where secrets are looked for; null for a command that sends nothing, and needs none.</param>
    /// <returns>Null when something is wrong.</returns>
    internal static AgentConfig? Load(string? file, IEnumerable<Override> overrides, Func<string, string?>? environment = null)
    {
        var diagnostics = new Diagnostics();
        return Checked(Load(file, overrides, diagnostics, environment), diagnostics);
    }

    /// <summary>Makes a configuration what an agent has: with the options that were changed while one ran. Prints what is wrong with it.</summary>
    /// <param name="config">The configuration without them, which tells the data folder.</param>
    /// <param name="read">Reads it again, with options above the file.</param>
    /// <returns>Null when something is wrong.</returns>
    /// <exception cref="IOException">They cannot be read, by an <see cref="UnauthorizedAccessException"/> when that is not allowed.</exception>
    internal static AgentConfig? WithKept(AgentConfig config, Func<IReadOnlyList<Override>, Diagnostics, AgentConfig> read)
    {
        IReadOnlyList<Override> kept = new KeptOptions(config.Options.DataDir).Read();
        var diagnostics = new Diagnostics();
        return kept.Count > 0 ? Checked(read(kept, diagnostics), diagnostics) : config;
    }

    /// <summary>Likewise, for who may not read what was changed without it.</summary>
    /// <param name="config">The configuration without what was changed.</param>
    /// <param name="file">The argument of <c>--config</c>.</param>
    /// <param name="overrides">What the command line sets.</param>
    /// <returns>Null when something is wrong.</returns>
    /// <exception cref="IOException">It cannot be read, and not for want of permission.</exception>
    internal static AgentConfig? WithReadableKept(AgentConfig config, string? file, IReadOnlyList<Override> overrides)
    {
        try
        {
            return WithKept(config, (kept, diagnostics) => Load(file, [.. kept, .. overrides], diagnostics));
        }
        catch (IOException fault) when (fault.InnerException is UnauthorizedAccessException)
        {
            // The agent's own; who may not read it still sees the rest.
            Console.Error.WriteLine($"huatuo: {fault.Message} What was changed while the agent ran is left out.");
            return config;
        }
    }

    /// <summary>Reads the configuration.</summary>
    /// <param name="file">The argument of <c>--config</c>.</param>
    /// <param name="overrides">What the command line sets.</param>
    /// <param name="diagnostics">Receives what is wrong with it.</param>
    /// <param name="environment">Where secrets are looked for; null for a command that sends nothing, and needs none.</param>
    internal static AgentConfig Load(string? file, IEnumerable<Override> overrides, Diagnostics diagnostics, Func<string, string?>? environment = null)
    {
        string? path = file ?? (File.Exists(DefaultFile) ? DefaultFile : null);
        IReadOnlyList<TracerDefinition> tracers = AllTracers.Create();
        AgentConfig config = AgentConfig.Load(path, overrides, [.. tracers.Select(tracer => tracer.Options)], diagnostics, TracerNames.Of(tracers));
        foreach (TracerDefinition tracer in tracers)
            CheckHook(tracer, (TracerOptions)config.Tracer(tracer.Name), diagnostics);
        foreach (TracerDefinition tracer in tracers.Where(tracer => tracer.Kind == TracerKind.Metric && config.Options.Store.Local.Tracers.ContainsKey(tracer.Name)))
            diagnostics.Add(new Position("configuration", 0, 0), $"{AgentOptions.LocalTracersKey}.{tracer.Name}", "this tracer gives metrics alone, and has no files; leave it out");
        if (config.Options.Metrics.Otlp.Fault is { } fault)
            diagnostics.Add(new Position("configuration", 0, 0), "metrics.otlp.endpoint", fault);
        foreach ((string key, string wrong) in config.Options.Store.Faults(environment))
            diagnostics.Add(new Position("configuration", 0, 0), key, wrong);
        return config;
    }

    private static AgentConfig? Checked(AgentConfig config, Diagnostics diagnostics)
    {
        foreach (Diagnostic error in diagnostics.Errors)
            Console.Error.WriteLine($"huatuo: {error}");
        return diagnostics.HasErrors ? null : config;
    }

    private static void CheckHook(TracerDefinition tracer, TracerOptions options, Diagnostics diagnostics)
    {
        string[] hooks = [TracerOptions.Auto, .. tracer.Ladder.Select(rung => rung.Name)];
        if (!hooks.Contains(options.Hook))
            diagnostics.Add(new Position("configuration", 0, 0), $"tracers.{tracer.Name}.hook", $"'{options.Hook}' is none of {string.Join(", ", hooks)}");
    }

    /// <summary>Parses the arguments of <c>--set</c>, counted from a section.</summary>
    /// <returns>Null when one is not <c>key=value</c>; that was printed.</returns>
    internal static List<Override>? Parse(IEnumerable<string> arguments, string section)
    {
        var overrides = new List<Override>();
        bool good = true;
        foreach (string argument in arguments)
        {
            if (Override.TryParse(argument, out Override? value, out string? error, section))
                overrides.Add(value);
            else
                Console.Error.WriteLine($"huatuo: {error}");
            good &= value is not null;
        }
        return good ? overrides : null;
    }
}
