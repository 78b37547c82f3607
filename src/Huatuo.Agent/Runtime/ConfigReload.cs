using System.Runtime.InteropServices;
using Huatuo.Agent.Configuration;
using Huatuo.Flow;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Agent.Runtime;

/// <summary>
/// Reads the configuration again, at SIGHUP or to change an option, and starts those tracers again whose options have changed; all
/// others go on. What else has changed is told, and holds from the next start. A configuration that is wrong changes nothing.
/// </summary>
internal sealed class ConfigReload : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<Override>, Diagnostics, AgentConfig> _read;
    private readonly KeptOptions _kept;
    private readonly Func<TracerRunner, TracerOptions, Task> _replace;
    private readonly AgentLog _log;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration _signal;
    private Task _reloading = Task.CompletedTask;
    private IReadOnlyList<TracerRunner> _runners = [];

    /// <param name="config">The configuration that holds.</param>
    /// <param name="read">Reads it anew, with options above the file.</param>
    /// <param name="replace">Gives a tracer other options.</param>
    /// <param name="log">Where to tell what happens.</param>
    internal ConfigReload(AgentConfig config, Func<IReadOnlyList<Override>, Diagnostics, AgentConfig> read, Func<TracerRunner, TracerOptions, Task> replace, AgentLog log)
    {
        Current = config;
        _read = read;
        _kept = new KeptOptions(config.Options.DataDir);
        _replace = replace;
        _log = log;
        // From the beginning, since a signal that nobody takes ends the process.
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
    }

    /// <summary>The configuration that holds.</summary>
    internal AgentConfig Current { get; private set; }

    /// <summary>From now on it is done at once; before, it is put off.</summary>
    /// <param name="runners">All tracers, settled.</param>
    internal void Begin(IReadOnlyList<TracerRunner> runners)
    {
        lock (_lock)
            _runners = runners;
    }

    /// <summary>Changes options of tracers, and keeps them for the next start.</summary>
    /// <param name="changes">Values as the command line has them, by <c>TRACER.KEY</c>; null to keep nothing any more.</param>
    /// <returns>What is wrong with them, and nothing has changed; null when all is done.</returns>
    /// <exception cref="IOException">They cannot be kept, and nothing has changed.</exception>
    internal async Task<string?> ChangeAsync(IReadOnlyDictionary<string, string?> changes)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_runners.Count == 0)
                return "the tracers are still starting";
            Dictionary<string, string> kept = _kept.Read().ToDictionary(option => option.Path, option => option.Text);
            foreach ((string key, string? value) in changes)
            {
                string path = $"{AgentOptions.TracersKey}.{key}";
                if (value is null)
                    kept.Remove(path);
                else
                    kept[path] = value;
            }
            Override[] all = [.. kept.Select(option => new Override(option.Key, option.Value, _kept.Path))];
            var diagnostics = new Diagnostics();
            AgentConfig next = _read(all, diagnostics);
            if (diagnostics.HasErrors)
                return diagnostics.Errors[0].ToString();
            _kept.Write(all);
            await ApplyAsync(next).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _signal.Dispose();
        Task last;
        lock (_lock)
            last = _reloading;
        await last.ConfigureAwait(false);
        _one.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            if (_runners.Count == 0)
                _log.Warn("the tracers are still starting; the configuration is not read again now");
            else
                _reloading = Task.WhenAll(_reloading, Task.Run(ReloadAsync));
        }
    }

    private async Task ReloadAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            var diagnostics = new Diagnostics();
            AgentConfig next = _read(_kept.Read(), diagnostics);
            if (diagnostics.HasErrors)
            {
                foreach (Diagnostic error in diagnostics.Errors)
                    _log.Error(error.ToString());
                _log.Error("the configuration is wrong; the one before goes on");
                return;
            }
            await ApplyAsync(next).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            _log.Error($"{fault.Message}; the configuration before goes on");
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task ApplyAsync(AgentConfig next)
    {
        Dictionary<string, string> before = Current.Effective.ToDictionary(option => option.Path, option => option.Value);
        string[] changed = [.. next.Effective.Where(option => before[option.Path] != option.Value).Select(option => option.Path)];
        int applied = 0;
        foreach (TracerRunner runner in _runners)
        {
            string section = $"{AgentOptions.TracersKey}.{runner.Definition.Name}.";
            if (!Array.Exists(changed, key => key.StartsWith(section, StringComparison.Ordinal)))
                continue;
            await _replace(runner, (TracerOptions)next.Tracer(runner.Definition.Name)).ConfigureAwait(false);
            await runner.Settled.ConfigureAwait(false);
            _log.Info($"{runner.Definition.Name}: {runner.State.Word()} with other options");
            applied++;
        }
        foreach (string key in changed.Where(key => !key.StartsWith(AgentOptions.TracersKey + ".", StringComparison.Ordinal)))
            _log.Warn($"{key} has changed; it holds when the agent is started again");
        if (Text(Current.Rules) != Text(next.Rules))
            _log.Warn($"{AgentOptions.RulesKey} have changed; they hold when the agent is started again");
        Current = next;
        _log.Info($"the configuration was read again; {applied} tracers have other options");
    }

    private static string Text(IEnumerable<ConfiguredRule> rules) => string.Join('\n', rules.Select(rule => string.Join('|', [
        rule.Rule.Name,
        rule.Rule.Tracer,
        rule.Rule.Enabled ? "on" : "off",
        .. rule.Rule.Functions.Select(function => $"{string.Join(',', function.Names)}@{function.At}"),
        .. rule.Rule.Fields.Select(field => $"{field.Field} {field.Operator} {string.Join(',', field.Operands)}"),
    ])));
}
